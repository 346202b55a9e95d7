/** Says why a trust policy does not allow a web identity: the statement and the condition. */
import {
  appliesTo,
  type EvaluatedStatement,
  type FailedCondition,
  type TrustRefusal,
} from './evaluate-trust-policy.ts'

/** Of one value that the policy or the token has. */
const MAX_VALUE_CHARACTERS = 80

/**
 * The statement that denies the action, or the `Allow` that is closest to allowing it, with each of
 * its conditions that does not pass.
 *
 * @returns printable text: `sts:TagSession: statement 2: StringEquals aws:RequestTag/tenant:
 *   expected "packers", found "orchard"`
 */
export function explainTrustRefusal({ action, provider, statements }: TrustRefusal): string {
  const denying = statements.find((one) => one.statement.Effect === 'Deny' && appliesTo(one))
  if (denying)
    return (
      `${action}: ${nameOf(denying)} denies it, which overrides every Allow; ` +
      'remove it, or narrow its conditions'
    )
  const allows = statements.filter(({ statement }) => statement.Effect === 'Allow')
  const ofProvider = allows.filter(({ namesProvider }) => namesProvider)
  const [first] = ofProvider
  if (first === undefined)
    return (
      `${action}: no statement allows the provider arn:aws${printable(provider)}; ` +
      `found ${listed(providersOf(allows)) || 'no statement that allows anything'}`
    )
  const [closest] = ofProvider
    .filter(({ namesAction }) => namesAction)
    .toSorted((one, other) => one.failed.length - other.failed.length)
  if (closest === undefined)
    return `${action}: no statement for this provider has the action; add it to ${nameOf(first)}`
  return `${action}: ${nameOf(closest)}: ${closest.failed.map(conditionText).join('; ')}`
}

function providersOf(statements: readonly EvaluatedStatement[]): readonly string[] {
  return statements.flatMap(({ statement }) => statement.Principal.Federated)
}

function nameOf({ position, statement: { Sid } }: EvaluatedStatement): string {
  return `statement ${position}${Sid === undefined ? '' : ` (${printable(Sid)})`}`
}

function conditionText({ operator, key, expected, found }: FailedCondition): string {
  const condition = `${printable(operator)} ${printable(key)}`
  if (found === undefined) return `${condition} is not supported here`
  const values = found.length === 0 ? 'nothing' : listed(found)
  const isExact = operator.endsWith('Equals') && expected.some((value) => /[*?]/.test(value))
  const hint = isExact ? '; * and ? are wildcards with StringLike only' : ''
  return `${condition}: expected ${listed(expected)}, found ${values}${hint}`
}

function listed(values: readonly string[]): string {
  return values.map((value) => `"${printable(value)}"`).join(' or ')
}

function printable(text: string): string {
  const clean = text.replace(/\p{C}/gu, '?')
  return clean.length > MAX_VALUE_CHARACTERS ? `${clean.slice(0, MAX_VALUE_CHARACTERS)}…` : clean
}
