/**
 * Reports templates with which two users' values could render to texts that are equal, or that IAM
 * matches with one another.
 */
import type { DocumentPath, Report } from '../document-problem.ts'
import { charactersOf } from '../pattern/character-set.ts'
import type { DeclaredAttributes, TemplatePart } from './parse-template.ts'

/**
 * Between a slot and the next slot, wildcard or variable there must be a character that the slot's
 * pattern cannot produce. With `{{team}}{{user}}`, `ab` + `c` and `a` + `bc` would render to one
 * text, and with `{{user}}*`, the user `al` would reach what belongs to `alice`.
 */
export function checkSlotBorders(
  parts: readonly TemplatePart[],
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  for (const [index, slot] of parts.entries()) {
    if (slot.kind !== 'slot') continue
    const producible = attributes.get(slot.name)?.producible
    if (producible === undefined) continue
    const reportBorder = (before: string, after: string, message: string) =>
      report(
        path,
        message,
        `between them, write a character that the pattern of ${slot.name} cannot produce: ` +
          `${before}/${after}`,
      )
    const characters = charactersOf(producible)
    const right = findNeighbor(parts.slice(index + 1), characters)?.text
    if (right === '*' || right === '?')
      reportBorder(
        slot.text,
        right,
        `${slot.text} is not separated from the wildcard ${right}: ` +
          'the value "al" would also match what belongs to "alice"',
      )
    else if (right !== undefined)
      reportBorder(
        slot.text,
        right,
        `${slot.text} is not separated from ${right}: ` +
          '"a" followed by "bc" reads like "ab" followed by "c"',
      )
    const left = findNeighbor(parts.slice(0, index).reverse(), characters)
    if (left !== undefined && left.kind !== 'slot')
      reportBorder(
        left.text,
        slot.text,
        `${left.text} is not separated from ${slot.text}: ` +
          'the value "ice" would also match what belongs to "alice"',
      )
  }
}

/** The next part that is not literal, unless a separating character precedes it. */
function findNeighbor(
  parts: readonly TemplatePart[],
  producible: string,
): Exclude<TemplatePart, { kind: 'literal' }> | undefined {
  for (const part of parts) {
    if (part.kind !== 'literal') return part
    if ([...part.text].some((character) => !producible.includes(character))) return undefined
  }
  return undefined
}
