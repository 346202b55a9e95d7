/** The session that two grants have in common: its parts are the same in both, or narrower. */
import type { CompiledGrant, PolicyStatement } from '../../model/compiled-tenant.ts'
import { MAX_SESSION_TAGS } from '../../model/sts-limits.ts'

export interface NamedGrant {
  readonly name: string
  readonly grant: CompiledGrant
}

export type ReportIntersection = (message: string, hint: string) => void

/** A grant without its statements. */
export type SessionSettings = Omit<CompiledGrant, 'statements'>

/**
 * What the role itself allows is not in the document, and neither is a managed policy. So both
 * grants must name the same ones: only then is what the two policies have in common all that the
 * grants have in common.
 * @returns undefined after reporting why there is no such session
 */
export function intersectSessions(
  left: NamedGrant,
  right: NamedGrant,
  report: ReportIntersection,
): SessionSettings | undefined {
  let isPossible = true
  const refuse: ReportIntersection = (message, hint) => {
    isPossible = false
    report(message, hint)
  }
  requireSameRole(left, right, refuse)
  const [one, other] = [left.grant, right.grant]
  const sessionTags = uniteTags(left, right, refuse)
  const settings: SessionSettings = {
    roleArn: one.roleArn,
    durationSeconds: Math.min(one.durationSeconds, other.durationSeconds),
    maxDurationSeconds: Math.min(one.maxDurationSeconds, other.maxDurationSeconds),
    ...intersectReuse(one, other),
    webIdentity: one.webIdentity,
    sessionName: joinNames(one.sessionName, other.sessionName),
    sessionTags,
    transitiveTagKeys: [...new Set([...one.transitiveTagKeys, ...other.transitiveTagKeys])],
    ...joinSourceIdentities(one, other),
    managedPolicyArns: one.managedPolicyArns,
    intersectionOf: [left.name, right.name],
  }
  for (const named of [left, right]) requireSameVariables(named, settings, refuse)
  return isPossible ? settings : undefined
}

function requireSameRole(left: NamedGrant, right: NamedGrant, refuse: ReportIntersection): void {
  const both = `the grants ${left.name} and ${right.name}`
  const [one, other] = [left.grant, right.grant]
  if (one.roleArn !== other.roleArn)
    refuse(
      `${both} have different roles, and what these allow is not known here`,
      'write the same role in both',
    )
  for (const { name, grant } of [left, right]) {
    if (grant.permissionsBoundaryArn !== undefined)
      refuse(
        `the role of ${name} is created for that grant alone`,
        'create the role yourself, and name it in both grants',
      )
    if (grant.releasedAudience !== undefined)
      refuse(
        `the grant ${name} releases its token, with which a session needs no session policy`,
        'name a grant without releasedAudience',
      )
  }
  if (one.webIdentity !== other.webIdentity)
    refuse(`${both} have different values of webIdentity`, 'write the same in both')
  if (!isSameList(one.managedPolicyArns, other.managedPolicyArns))
    refuse(
      `${both} have different managed policies, which allow more beside the statements, and what ` +
        'they allow is not known here',
      'write the same managedPolicies in both, or statements instead',
    )
}

/**
 * A tag of one grant only is added: what it allows by the role's own policy stays within both
 * session policies.
 */
function uniteTags(
  left: NamedGrant,
  right: NamedGrant,
  refuse: ReportIntersection,
): CompiledGrant['sessionTags'] {
  const tags: Record<string, string> = { ...left.grant.sessionTags }
  for (const [key, value] of Object.entries(right.grant.sessionTags)) {
    // STS treats keys that differ only in case as duplicates.
    const known = Object.keys(tags).find((one) => one.toLowerCase() === key.toLowerCase())
    const isTransitive = ({ grant }: NamedGrant) => grant.transitiveTagKeys.includes(known ?? key)
    if (known === undefined) tags[key] = value
    else if (known !== key || tags[key] !== value || isTransitive(left) !== isTransitive(right))
      refuse(
        `the grants ${left.name} and ${right.name} have different session tags ${key}`,
        'write the same key and value in both, transitive in both or in none, or two other keys',
      )
  }
  const count = Object.keys(tags).length
  if (count > MAX_SESSION_TAGS)
    refuse(
      `both grants together have ${count} session tags, and STS accepts at most ` +
        `${MAX_SESSION_TAGS}`,
      `remove ${count - MAX_SESSION_TAGS} of them`,
    )
  return tags
}

/**
 * Not the name of a session of one of the two grants: a resource policy may name its session ARN,
 * and what that allows is not limited by any session policy. The default pattern of attributes has
 * no comma, and STS and Ceph accept it.
 * @see IAM User Guide, "Policies and permissions in IAM": session policies
 */
function joinNames(left: string, right: string): string {
  return left === right ? left : `${left},${right}`
}

/** Only where both say so, and for the shorter time. */
function intersectReuse(
  { reuseSeconds: left }: CompiledGrant,
  { reuseSeconds: right }: CompiledGrant,
): Pick<CompiledGrant, 'reuseSeconds'> {
  if (left === undefined || right === undefined) return {}
  return { reuseSeconds: Math.min(left, right) }
}

function joinSourceIdentities(
  { sourceIdentity: left }: CompiledGrant,
  { sourceIdentity: right }: CompiledGrant,
): Pick<CompiledGrant, 'sourceIdentity'> {
  if (left === undefined && right === undefined) return {}
  return { sourceIdentity: joinNames(left ?? right ?? '', right ?? left ?? '') }
}

/**
 * A variable or condition key about the session itself must have the value that it has in a
 * session of the grant. Otherwise, what its statements allow there would be something else here.
 */
function requireSameVariables(
  { name, grant }: NamedGrant,
  settings: SessionSettings,
  refuse: ReportIntersection,
): void {
  const added = Object.keys(settings.sessionTags).filter(
    (key) => !Object.hasOwn(grant.sessionTags, key),
  )
  const differing = [
    ...(settings.sessionName === grant.sessionName ? [] : ['aws:userid']),
    ...(settings.sourceIdentity === grant.sourceIdentity ? [] : ['aws:SourceIdentity']),
    ...added.map((key) => `aws:PrincipalTag/${key}`),
  ]
  const named = namedKeys(grant.statements)
  for (const key of differing)
    if (named.has(key.toLowerCase()))
      refuse(
        `the statements of ${name} name ${key}, which has another value in sessions of both grants`,
        'write the same sessionName, sourceIdentity and sessionTags in both grants',
      )
  // The `sub` of a minted token contains the name of the grant.
  const subject = [...named].find((key) => key.endsWith(':sub'))
  if (subject !== undefined && grant.webIdentity === 'minted')
    refuse(
      `the statements of ${name} name ${subject}, which has another value for each grant`,
      'compare a session tag instead, such as aws:PrincipalTag/user',
    )
}

/** Condition keys and the keys of variables, in lower case. */
function namedKeys(statements: readonly PolicyStatement[]): ReadonlySet<string> {
  const conditions = statements.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap(Object.keys),
  )
  const variables = JSON.stringify(statements).matchAll(/\$\{([^{},]+)[,}]/g)
  return new Set([...conditions, ...[...variables].map(([, key = '']) => key)].map(lowerCase))
}

function lowerCase(text: string): string {
  return text.toLowerCase()
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item))
}
