/** How long a grant's templates can become, from the bounds of its attributes' patterns. */
import type { PolicyStatement } from '../model/compiled-tenant.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { SLOT_PATTERN } from '../policy/template.ts'
import { EMPTY, setOf } from './character-set.ts'
import type { DocumentPath, Report } from './document-error.ts'
import type { Attributes } from './template-parts.ts'

const SLOT = new RegExp(SLOT_PATTERN, 'g')
/** JSON writes them as two characters. */
const ESCAPED = setOf('"\\')

export function checkPolicySize(
  statements: readonly PolicyStatement[],
  managedPolicyArns: readonly string[],
  path: DocumentPath,
  attributes: Attributes,
  report: Report,
): void {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const managed = managedPolicyArns.join('').length
  const { length, byAttribute } = worstCase(text, attributes, true)
  const characters = length + managed
  if (characters <= MAX_POLICY_CHARACTERS) return
  const [largest] = [...byAttribute].sort(([, a], [, b]) => b - a)
  const hint =
    largest === undefined
      ? 'split the grant, or shorten its resources'
      : `bound ${largest[0]}, which takes up to ${largest[1]} of them, with a pattern such as [A-Za-z0-9._-]{1,32}`
  report(
    path,
    `the policy can have ${characters} characters; STS takes ${MAX_POLICY_CHARACTERS}`,
    hint,
  )
}

/** Longest text that a template can render to. */
export function worstCaseLength(template: string, attributes: Attributes): number {
  return worstCase(template, attributes, false).length
}

function worstCase(text: string, attributes: Attributes, inJson: boolean) {
  const byAttribute = new Map<string, number>()
  let length = text.replace(SLOT, '').length
  for (const [, name = ''] of text.matchAll(SLOT)) {
    const facts = attributes.get(name)
    if (facts === undefined) continue
    const doubled = inJson && (facts.producible & ESCAPED) !== EMPTY
    const longest = facts.maxLength * (doubled ? 2 : 1)
    length += longest
    byAttribute.set(name, (byAttribute.get(name) ?? 0) + longest)
  }
  return { length, byAttribute }
}
