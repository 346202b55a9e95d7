/** Whether a role's trust policy lets a web identity assume it, evaluated as IAM documents it. */
import {
  providerName,
  type TrustPolicy,
  type TrustStatement,
} from '@token-broker/core/trust-policy'

export interface WebIdentityFacts {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly amr: readonly string[]
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

/** The first action the policy refuses, or undefined where it allows all that this identity needs. */
export function refusedAction(
  policy: TrustPolicy,
  account: string,
  facts: WebIdentityFacts,
  roleSessionName: string,
): string | undefined {
  const needed = ['sts:AssumeRoleWithWebIdentity']
  if (Object.keys(facts.sessionTags).length > 0) needed.push('sts:TagSession')
  if (facts.sourceIdentity !== undefined) needed.push('sts:SetSourceIdentity')
  const values = conditionValues(facts, roleSessionName)
  return needed.find((action) => !allows(policy, account, facts, action, values))
}

type ConditionValues = ReadonlyMap<string, readonly string[]>

function allows(
  policy: TrustPolicy,
  account: string,
  facts: WebIdentityFacts,
  action: string,
  values: ConditionValues,
) {
  const speaksOf = policy.Statement.filter(
    (statement) =>
      namesProvider(statement, account, facts.issuer) && namesAction(statement, action),
  )
  const denied = speaksOf.some(
    (statement) => statement.Effect === 'Deny' && conditionsHold(statement, values),
  )
  return (
    !denied &&
    speaksOf.some((statement) => statement.Effect === 'Allow' && conditionsHold(statement, values))
  )
}

function namesProvider(statement: TrustStatement, account: string, issuer: string): boolean {
  const wanted = `:iam::${account}:oidc-provider/${providerName(issuer)}`
  return listed(statement.Principal.Federated).some(
    (arn) => /^arn:[a-z-]+:/.test(arn) && arn.replace(/^arn:[a-z-]+/, '') === wanted,
  )
}

function namesAction(statement: TrustStatement, action: string): boolean {
  return listed(statement.Action).some((pattern) =>
    wildcardMatches(pattern.toLowerCase(), action.toLowerCase()),
  )
}

/** IAM compares condition keys without regard to case, so they are kept in lower case; a tag's key is part of its condition key. */
function conditionValues(facts: WebIdentityFacts, roleSessionName: string): ConditionValues {
  const provider = providerName(facts.issuer).toLowerCase()
  const values = new Map<string, readonly string[]>([
    [`${provider}:aud`, [facts.audience]],
    [`${provider}:sub`, [facts.subject]],
    [`${provider}:amr`, facts.amr],
    ['sts:rolesessionname', [roleSessionName]],
    ['sts:sourceidentity', facts.sourceIdentity === undefined ? [] : [facts.sourceIdentity]],
    ['aws:tagkeys', Object.keys(facts.sessionTags)],
    ['sts:transitivetagkeys', facts.transitiveTagKeys],
  ])
  for (const [key, value] of Object.entries(facts.sessionTags))
    values.set(`aws:requesttag/${key.toLowerCase()}`, [value])
  return values
}

function conditionsHold(statement: TrustStatement, values: ConditionValues): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      conditionHolds(
        operator,
        valuesOf(key.toLowerCase(), values),
        listed(expected),
        statement.Effect,
      ),
    ),
  )
}

/** Undefined: a condition key that is not known here. A request tag that the token does not carry is known, and absent. */
function valuesOf(key: string, values: ConditionValues): readonly string[] | undefined {
  return values.get(key) ?? (key.startsWith('aws:requesttag/') ? [] : undefined)
}

/** An operator or a key not known here never helps: an `Allow` that uses it does not apply, a `Deny` does. */
function conditionHolds(
  operator: string,
  found: readonly string[] | undefined,
  expected: readonly string[],
  effect: TrustStatement['Effect'],
): boolean {
  const [, quantifier, name] =
    /^(?:(ForAnyValue|ForAllValues):)?(String(?:Not)?(?:Equals|Like))$/.exec(operator) ?? []
  if (name === undefined || found === undefined) return effect === 'Deny'
  const negated = name.startsWith('StringNot')
  const exact = name.endsWith('Equals')
  const matches = (value: string) =>
    negated !==
    expected.some((pattern) => (exact ? pattern === value : wildcardMatches(pattern, value)))
  if (quantifier === 'ForAllValues') return found.every(matches)
  if (quantifier === 'ForAnyValue') return found.some(matches)
  // IAM: a negated operator holds where the key is absent.
  if (found.length === 0) return negated
  return found.length === 1 && found.every(matches)
}

/** `*` stands for any run of characters and `?` for one; done without a regular expression, so that it cannot backtrack. */
export function wildcardMatches(pattern: string, value: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < value.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern
      inPattern += 1
      resume = at
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === value[at]) {
      inPattern += 1
      at += 1
    } else if (star >= 0) {
      inPattern = star + 1
      resume += 1
      at = resume
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}

function listed(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
