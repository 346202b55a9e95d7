/** Sees to it that two users' values never render to texts that one could mistake, or IAM could match, for the other's. */
import { charactersOf } from './character-set.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { Attributes, TemplatePart } from './template-parts.ts'

/**
 * A slot needs a character that its pattern cannot produce between itself and the next slot, wildcard or variable:
 * `{{team}}{{user}}` makes `ab` + `c` and `a` + `bc` one text, and `{{user}}*` lets `al` reach what is `alice`'s.
 */
export function checkSlotBorders(
  parts: readonly TemplatePart[],
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): void {
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'slot') continue
    const producible = attributes.get(part.name)?.producible
    if (producible === undefined) continue
    const can = charactersOf(producible)
    const right = neighbour(parts.slice(index + 1), can)
    if (right?.kind === 'wildcard')
      report(
        path,
        `${part.text} runs into the wildcard ${right.text}: the value "al" would also match what belongs to "alice"`,
        `put a character between them that the pattern of ${part.name} cannot produce: ${part.text}/*`,
      )
    else if (right)
      report(
        path,
        `${part.text} runs into ${right.text}: "a" followed by "bc" reads like "ab" followed by "c"`,
        `put a character between them that the pattern of ${part.name} cannot produce: ${part.text}/${right.text}`,
      )
    const left = neighbour(parts.slice(0, index).reverse(), can)
    if (left && left.kind !== 'slot')
      report(
        path,
        `${left.text} runs into ${part.text}: the value "ice" would also match what belongs to "alice"`,
        `put a character between them that the pattern of ${part.name} cannot produce: ${left.text}/${part.text}`,
      )
  }
}

/** The next part that is no literal, unless a separating character stands before it. */
function neighbour(
  parts: readonly TemplatePart[],
  can: string,
): Exclude<TemplatePart, { kind: 'literal' }> | undefined {
  for (const part of parts) {
    if (part.kind !== 'literal') return part
    if ([...part.text].some((character) => !can.includes(character))) return undefined
  }
  return undefined
}
