/** The request to AWS of which `token-broker can` is asked, with what is known of its session. */
import type { SessionPlan } from '@token-broker/core'
import type { AwsRequest, RequestContextKeys } from '@token-broker/core/explain-request'
import { quote, UsageError } from '../cli-error.ts'

const ACTION = /^[A-Za-z0-9-]+:[A-Za-z0-9_-]+$/
const RESOURCE = /^(?:\*|arn:[^:*?]+:[^:*?]+:[^:*?]*:[^:*?]*:[^*?]+)$/s
const KEY = /^[^\s:=]+:[^=]+$/

/**
 * @param context `KEY=VALUE` for each value of a condition key
 * @param absent condition keys that the request does not have
 * @throws {UsageError}
 */
export function readRequest(
  [action = '', resource = '']: readonly string[],
  context: readonly string[],
  absent: readonly string[],
): (plan: SessionPlan) => AwsRequest {
  if (!ACTION.test(action))
    throw new UsageError(`ACTION: expected one action such as s3:GetObject, found ${quote(action)}`)
  if (!RESOURCE.test(resource))
    throw new UsageError(
      'RESOURCE: expected one ARN without wildcards, such as arn:aws:s3:::bucket/key, or * for ' +
        `an action without a resource, found ${quote(resource)}`,
    )
  const given = new Map<string, string[]>()
  for (const text of context) {
    const at = text.indexOf('=')
    if (at === -1 || !KEY.test(text.slice(0, at)))
      throw new UsageError(`--context: expected KEY=VALUE, found ${quote(text)}`)
    const key = text.slice(0, at).toLowerCase()
    given.set(key, [...(given.get(key) ?? []), text.slice(at + 1)])
  }
  for (const key of absent) {
    if (!KEY.test(key)) throw new UsageError(`--absent: expected KEY, found ${quote(key)}`)
    if (given.has(key.toLowerCase()))
      throw new UsageError(`${quote(key)} is both in --context and in --absent; keep one of them`)
    given.set(key.toLowerCase(), [])
  }
  return (plan) => ({
    action,
    resource,
    context: new Map([...sessionContext(plan), ...given]),
  })
}

/**
 * What AWS puts into every request of the session. Its other keys are not known, not even other
 * principal tags: the role may have tags of its own.
 * @see IAM User Guide, "AWS global condition context keys"
 */
function sessionContext({
  roleArn,
  sessionTags,
  sourceIdentity,
  webIdentity,
}: SessionPlan): RequestContextKeys {
  const account = roleArn.split(':')[4] ?? ''
  return new Map([
    ['aws:principaltype', ['AssumedRole']],
    ['aws:principalarn', [roleArn]],
    ...(account === '' ? [] : ([['aws:principalaccount', [account]]] as const)),
    // Only IAM users have a user name.
    ['aws:username', []],
    // With pass-through, the source identity and tags are those of the caller's own token.
    ...(webIdentity === 'minted'
      ? ([['aws:sourceidentity', sourceIdentity === undefined ? [] : [sourceIdentity]]] as const)
      : []),
    ...Object.entries(sessionTags).map(
      ([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, [value]] as const,
    ),
  ])
}
