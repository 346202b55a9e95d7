/** The longest text that a grant's templates can render to, by the patterns of its attributes. */
import type { PolicyStatement } from '../../model/compiled-tenant.ts'
import { MAX_POLICY_CHARACTERS } from '../../model/sts-limits.ts'
import { SLOT_PATTERN, slotsOf } from '../../policy/template.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { EMPTY, setOf } from '../pattern/character-set.ts'
import type { DeclaredAttributes } from './parse-template.ts'

const SLOT = new RegExp(SLOT_PATTERN, 'g')
/** JSON writes each of these as two characters. */
const ESCAPED_IN_JSON = setOf('"\\')

/** Reports a policy that STS may refuse for its size, before it is deployed. */
export function checkPolicySize(
  statements: readonly PolicyStatement[],
  managedPolicyArns: readonly string[],
  path: DocumentPath,
  attributes: DeclaredAttributes,
  report: Report,
): void {
  const json = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const { length, byAttribute } = worstCase(json, attributes, true)
  const characters = length + managedPolicyArns.join('').length
  if (characters <= MAX_POLICY_CHARACTERS) return
  const [largest] = [...byAttribute].sort(([, a], [, b]) => b - a)
  const hint =
    largest === undefined
      ? 'split the grant, or shorten its resources'
      : `limit ${largest[0]}, which may take ${largest[1]} of them, with a pattern such as ` +
        '[A-Za-z0-9._-]{1,32}'
  report(
    path,
    `the policy may have ${characters} characters, and STS accepts ${MAX_POLICY_CHARACTERS}`,
    hint,
  )
}

/** In characters. */
export function worstCaseLength(template: string, attributes: DeclaredAttributes): number {
  return worstCase(template, attributes, false).length
}

function worstCase(text: string, attributes: DeclaredAttributes, isJson: boolean) {
  const byAttribute = new Map<string, number>()
  let length = text.replace(SLOT, '').length
  for (const name of slotsOf(text)) {
    const analysis = attributes.get(name)
    if (analysis === undefined) continue
    const isEscaped = isJson && (analysis.producible & ESCAPED_IN_JSON) !== EMPTY
    const longest = analysis.maxLength * (isEscaped ? 2 : 1)
    length += longest
    byAttribute.set(name, (byAttribute.get(name) ?? 0) + longest)
  }
  return { length, byAttribute }
}
