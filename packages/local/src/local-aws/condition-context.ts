/** The condition keys of a request that do not depend on its service. */
import type { PolicyStatement } from '@token-broker/core'
import { conditionKeysOf, type RequestContextKeys } from '@token-broker/core/explain-request'
import type { AssumedRole } from './local-session.ts'
import type { Authenticated } from './signature/authenticate.ts'
import { isoSeconds } from './signature/service-refusals.ts'

export interface HttpFacts {
  readonly sourceIp: string
  readonly userAgent?: string
  readonly referer?: string
}

type RoleRequest = Pick<Authenticated, 'region' | 'authType' | 'payload' | 'signedAtMs'> & {
  readonly role: AssumedRole
}

interface RequestFacts {
  readonly action: string
  /** Keys of the service. */
  readonly context: RequestContextKeys
  readonly http: HttpFacts
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/**
 * Every key that the statements name: with its values, or with an empty list if AWS would not have
 * it in such a request. A key that AWS may have and that is not known here has no entry, so that
 * the evaluator does not decide without it.
 * @see IAM User Guide, "AWS global condition context keys"
 */
export function conditionContext(
  statements: readonly PolicyStatement[],
  authenticated: RoleRequest,
  request: RequestFacts,
): RequestContextKeys {
  const known = new Map([
    ...principalKeys(authenticated.role),
    ...requestKeys(authenticated, request),
    ...request.context,
  ])
  const absent = [...new Set(statements.flatMap(conditionKeysOf))].filter(
    (key) => !known.has(key) && !isUnknownHere(key, request.action),
  )
  return new Map([...known, ...absent.map((key): Entry => [key, []])])
}

type Entry = readonly [key: string, values: readonly string[]]

function principalKeys(role: AssumedRole): Entry[] {
  return [
    ['aws:principalarn', [role.roleArn]],
    ['aws:principalaccount', optional(role.account)],
    ['aws:principaltype', ['AssumedRole']],
    ['aws:principalisawsservice', ['false']],
    ['aws:userid', [role.roleId]],
    ['aws:federatedprovider', [role.provider]],
    ['aws:sourceidentity', optional(role.sourceIdentity)],
    ['aws:tokenissuetime', [isoSeconds(role.issuedAtMs)]],
    // A session of a web identity never has a second factor that AWS knows of.
    ['aws:multifactorauthpresent', ['false']],
    ...Object.entries(role.principalTags).map(
      ([key, value]): Entry => [`aws:principaltag/${key.toLowerCase()}`, [value]],
    ),
  ]
}

function requestKeys(
  { role, region, authType, payload, signedAtMs }: RoleRequest,
  { action, http, nowMs }: RequestFacts,
): Entry[] {
  const ofS3: Entry[] = [
    ['s3:authtype', [authType]],
    ['s3:signatureversion', ['AWS4-HMAC-SHA256']],
    ['s3:x-amz-content-sha256', [payload]],
    // Of presigned URLs only, in milliseconds.
    ['s3:signatureage', authType === 'REST-QUERY-STRING' ? [String(nowMs - signedAtMs)] : []],
    ['s3:resourceaccount', optional(role.account)],
  ]
  return [
    ['aws:sourceip', [http.sourceIp]],
    ['aws:useragent', optional(http.userAgent)],
    ['aws:referer', optional(http.referer)],
    ['aws:requestedregion', [region]],
    ['aws:resourceaccount', optional(role.account)],
    ['aws:currenttime', [isoSeconds(nowMs)]],
    ['aws:epochtime', [String(Math.floor(nowMs / 1000))]],
    ['aws:viaawsservice', ['false']],
    // The local server is in the place of AWS's https endpoint, and nothing leaves this machine.
    ['aws:securetransport', ['true']],
    ...(action.startsWith('s3:') ? ofS3 : []),
  ]
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [value]
}

/**
 * Keys of an organization, of tags of a resource, and of the claims of an identity provider, which
 * AWS keeps for the session: `www.amazon.com:user_id`, `id.example.com/path:sub`. The local
 * DynamoDB gives an empty list for each of its keys that is absent, and no entry where it cannot
 * decide.
 */
function isUnknownHere(key: string, action: string): boolean {
  return (
    (action.startsWith('dynamodb:') && key.startsWith('dynamodb:')) ||
    /^aws:(principal|resource)org(id|paths)$/.test(key) ||
    key.startsWith('aws:resourcetag/') ||
    /^(localhost|[^:]*[./][^:]*):/.test(key)
  )
}
