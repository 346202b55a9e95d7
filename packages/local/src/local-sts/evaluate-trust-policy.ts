/** Evaluates a role's trust policy for a web identity, as IAM documents the evaluation. */
import {
  providerName,
  type TrustPolicy,
  type TrustStatement,
} from '@token-broker/core/trust-policy'

/** The claims of a verified web identity token that trust policies can refer to. */
export interface WebIdentityClaims {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly amr: readonly string[]
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

/**
 * Returns the first action that the policy refuses, or undefined if it allows every action that
 * this identity needs. Tags and a source identity need actions of their own.
 *
 * @param account of the role, 12 digits
 */
export function refusedAction(
  policy: TrustPolicy,
  account: string,
  claims: WebIdentityClaims,
  roleSessionName: string,
): string | undefined {
  const needed = ['sts:AssumeRoleWithWebIdentity']
  if (Object.keys(claims.sessionTags).length > 0) needed.push('sts:TagSession')
  if (claims.sourceIdentity !== undefined) needed.push('sts:SetSourceIdentity')
  const values = conditionValues(claims, roleSessionName)
  return needed.find((action) => !allows(policy, account, claims, action, values))
}

type ConditionValues = ReadonlyMap<string, readonly string[]>

function allows(
  policy: TrustPolicy,
  account: string,
  claims: WebIdentityClaims,
  action: string,
  values: ConditionValues,
) {
  const applicable = policy.Statement.filter(
    (statement) =>
      namesProvider(statement, account, claims.issuer) && namesAction(statement, action),
  )
  const denied = applicable.some(
    (statement) => statement.Effect === 'Deny' && conditionsPass(statement, values),
  )
  return (
    !denied &&
    applicable.some(
      (statement) => statement.Effect === 'Allow' && conditionsPass(statement, values),
    )
  )
}

function namesProvider(statement: TrustStatement, account: string, issuer: string): boolean {
  const wanted = `:iam::${account}:oidc-provider/${providerName(issuer)}`
  return toList(statement.Principal.Federated).some(
    (arn) => /^arn:[a-z-]+:/.test(arn) && arn.replace(/^arn:[a-z-]+/, '') === wanted,
  )
}

function namesAction(statement: TrustStatement, action: string): boolean {
  return toList(statement.Action).some((pattern) =>
    wildcardMatches(pattern.toLowerCase(), action.toLowerCase()),
  )
}

/** Condition keys in lower case, because IAM ignores their case; this includes the tag's key. */
function conditionValues(claims: WebIdentityClaims, roleSessionName: string): ConditionValues {
  const provider = providerName(claims.issuer).toLowerCase()
  const values = new Map<string, readonly string[]>([
    [`${provider}:aud`, [claims.audience]],
    [`${provider}:sub`, [claims.subject]],
    [`${provider}:amr`, claims.amr],
    ['sts:rolesessionname', [roleSessionName]],
    ['sts:sourceidentity', claims.sourceIdentity === undefined ? [] : [claims.sourceIdentity]],
    ['aws:tagkeys', Object.keys(claims.sessionTags)],
    ['sts:transitivetagkeys', claims.transitiveTagKeys],
  ])
  for (const [key, value] of Object.entries(claims.sessionTags))
    values.set(`aws:requesttag/${key.toLowerCase()}`, [value])
  return values
}

function conditionsPass(statement: TrustStatement, values: ConditionValues): boolean {
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      conditionPasses(
        operator,
        valuesOf(key.toLowerCase(), values),
        toList(expected),
        statement.Effect,
      ),
    ),
  )
}

/**
 * @returns undefined for a condition key that is not supported here, and an empty list for a
 *   request tag that the token does not contain
 */
function valuesOf(key: string, values: ConditionValues): readonly string[] | undefined {
  return values.get(key) ?? (key.startsWith('aws:requesttag/') ? [] : undefined)
}

/**
 * An operator or a key that is not supported here never grants access: with it, an `Allow` does not
 * apply and a `Deny` does.
 */
function conditionPasses(
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
  // IAM: a negated operator matches if the key is absent.
  if (found.length === 0) return negated
  return found.length === 1 && found.every(matches)
}

/**
 * Matches a pattern in which `*` is any number of characters and `?` is one.
 *
 * No regular expression: that could backtrack catastrophically on a hostile pattern.
 */
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

function toList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
