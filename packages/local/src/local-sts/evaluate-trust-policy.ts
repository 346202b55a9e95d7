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

/** A condition that does not pass, with the values of its key that the token has. */
export interface FailedCondition {
  readonly operator: string
  readonly key: string
  readonly expected: readonly string[]
  /** Undefined: the condition key or the operator is not supported here. */
  readonly found: readonly string[] | undefined
}

/** A statement of the policy, and what of it does not match the request. */
export interface EvaluatedStatement {
  /** Its position in the policy, from 1. */
  readonly position: number
  readonly statement: TrustStatement
  readonly namesProvider: boolean
  readonly namesAction: boolean
  readonly failed: readonly FailedCondition[]
}

/** Why a policy does not allow an action. */
export interface TrustRefusal {
  readonly action: string
  /** ARN of the provider, without the partition. */
  readonly provider: string
  readonly statements: readonly EvaluatedStatement[]
}

/**
 * The first action that the policy refuses, or undefined if it allows every action that this
 * identity needs. Tags and a source identity need actions of their own.
 *
 * @param account of the role, 12 digits
 */
export function findTrustRefusal(
  policy: TrustPolicy,
  account: string,
  claims: WebIdentityClaims,
  roleSessionName: string,
): TrustRefusal | undefined {
  const provider = `:iam::${account}:oidc-provider/${providerName(claims.issuer)}`
  const values = conditionValues(claims, roleSessionName)
  for (const action of neededActions(claims)) {
    const statements = policy.Statement.map((statement, index) => ({
      ...{ position: index + 1, statement },
      namesProvider: namesProvider(statement, provider),
      namesAction: namesAction(statement, action),
      failed: failedConditions(statement, values),
    }))
    if (!isAllowed(statements)) return { action, provider, statements }
  }
  return undefined
}

function neededActions({ sessionTags, sourceIdentity }: WebIdentityClaims): readonly string[] {
  return [
    'sts:AssumeRoleWithWebIdentity',
    ...(Object.keys(sessionTags).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity !== undefined ? ['sts:SetSourceIdentity'] : []),
  ]
}

type ConditionValues = ReadonlyMap<string, readonly string[]>

function isAllowed(statements: readonly EvaluatedStatement[]): boolean {
  const applicable = statements.filter(appliesTo)
  return applicable.length > 0 && applicable.every(({ statement }) => statement.Effect === 'Allow')
}

/** Whether provider, action and all conditions of a statement match. */
export function appliesTo({ namesProvider, namesAction, failed }: EvaluatedStatement): boolean {
  return namesProvider && namesAction && failed.length === 0
}

function namesProvider(statement: TrustStatement, provider: string): boolean {
  return toList(statement.Principal.Federated).some(
    (arn) => /^arn:[a-z-]+:/.test(arn) && arn.replace(/^arn:[a-z-]+/, '') === provider,
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

function failedConditions(
  { Condition = {}, Effect }: TrustStatement,
  values: ConditionValues,
): FailedCondition[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]) => {
      const [found, expected] = [valuesOf(key.toLowerCase(), values), toList(value)]
      if (conditionPasses(operator, found, expected, Effect)) return []
      return [{ operator, key, expected, found: OPERATOR.test(operator) ? found : undefined }]
    }),
  )
}

/**
 * @returns undefined for a condition key that is not supported here, and an empty list for a
 *   request tag that the token does not contain
 */
function valuesOf(key: string, values: ConditionValues): readonly string[] | undefined {
  return values.get(key) ?? (key.startsWith('aws:requesttag/') ? [] : undefined)
}

const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?(String(?:Not)?(?:Equals|Like))$/

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
  const [, quantifier, name] = OPERATOR.exec(operator) ?? []
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
