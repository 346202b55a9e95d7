/**
 * The STS Query API endpoint: `AssumeRoleWithWebIdentity` for unmodified AWS SDKs, in AWS's XML
 * with AWS's codes.
 */
import {
  BrokerError,
  GRANT_NAME_PATTERN,
  type Issued,
  invalidRequest,
  MAX_MANAGED_POLICIES,
  type RefusalCode,
  type RequestFields,
  SESSION_NAME,
  TENANT_ID_PATTERN,
} from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Endpoint } from './endpoint.ts'
import { errorXml, type StsError, stsHeaders, successXml } from './sts-xml.ts'
import { readForm, readIssuerName, timestampOf } from './wire.ts'

const VIRTUAL_ROLE = new RegExp(
  `^arn:aws:iam::000000000000:role/broker/(${TENANT_ID_PATTERN})/(${GRANT_NAME_PATTERN})$`,
)

/** One entry for each code of core: a missing entry does not compile. */
const ERRORS: Readonly<Record<RefusalCode, StsError>> = {
  invalid_request: { status: 400, code: 'ValidationError', message: 'The request is not valid.' },
  invalid_token: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The web identity token is not valid.',
  },
  issuer_untrusted: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The token’s issuer is not trusted.',
  },
  token_expired: {
    status: 400,
    code: 'ExpiredTokenException',
    message: 'The web identity token has expired.',
  },
  issuer_unavailable: {
    status: 400,
    code: 'IDPCommunicationError',
    message: 'The issuer’s keys cannot be fetched.',
  },
  access_denied: {
    status: 403,
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  },
  claim_unusable: {
    status: 403,
    code: 'AccessDenied',
    message: 'A claim of the token cannot be used in a session.',
  },
  sts_rejected: { status: 403, code: 'IDPRejectedClaim', message: 'AWS STS refused the session.' },
  policy_too_large: {
    status: 400,
    code: 'PackedPolicyTooLarge',
    message: 'The session policy is too large.',
  },
  throttled: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  upstream_unavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'AWS STS is not responding.',
  },
  config_invalid: {
    status: 500,
    code: 'InternalFailure',
    message: 'The broker is misconfigured.',
  },
  internal: { status: 500, code: 'InternalFailure', message: 'The broker failed.' },
}

export const stsQueryEndpoint: Endpoint = { name: 'sts', parse, issued, refused }

/** `invalid_request`, with the code by which SDKs recognise an operation that does not exist. */
class UnsupportedAction extends BrokerError {
  constructor() {
    const message =
      'The broker supports AssumeRoleWithWebIdentity, and GetCallerIdentity where it is turned ' +
      'on; send other calls to AWS STS itself.'
    super('invalid_request', message, { callerMessage: message })
  }
}

function parse(request: HttpRequest): RequestFields {
  const fields = readForm(request)
  const field = (name: string) => fields.get(name) || undefined
  const action = field('Action')
  if (action === undefined)
    throw invalidRequest('Action is missing; send Action=AssumeRoleWithWebIdentity in a form.')
  if (action !== 'AssumeRoleWithWebIdentity') throw new UnsupportedAction()
  if ((field('Version') ?? '2011-06-15') !== '2011-06-15')
    throw invalidRequest('Version must be 2011-06-15.')
  // Token files often end in a newline, and SDKs send them as they are.
  const subjectToken = field('WebIdentityToken')?.trim()
  if (!subjectToken) throw invalidRequest('WebIdentityToken is missing.')
  const sessionName = field('RoleSessionName')
  if (sessionName === undefined || !SESSION_NAME.test(sessionName))
    throw invalidRequest('RoleSessionName must be 2 to 64 characters of [\\w+=,.@-].')
  // An empty policy is malformed and not absent: an absent one gives the whole grant.
  const sessionPolicy = fields.get('Policy')
  const policyArns = readPolicyArns(fields)
  if (policyArns !== undefined && sessionPolicy === undefined)
    throw invalidRequest(
      "PolicyArns without Policy would drop the grant's own statements; send a Policy too.",
    )
  return {
    subjectToken,
    ...readRole(field('RoleArn')),
    ...readIssuerName('ProviderId', fields),
    durationSeconds: readDuration(field('DurationSeconds')),
    statements: undefined,
    wantedSessionName: sessionName,
    ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    ...(policyArns === undefined ? {} : { policyArns }),
  }
}

/**
 * A role's own ARN, or one that names tenant and grant:
 * `arn:aws:iam::000000000000:role/broker/TENANT/GRANT`.
 */
function readRole(arn: string | undefined): Pick<RequestFields, 'tenant' | 'grant' | 'roleArn'> {
  if (arn === undefined || arn.length < 20 || arn.length > 2048)
    throw invalidRequest('RoleArn must be the ARN of a role.')
  const [, tenant, grant] = VIRTUAL_ROLE.exec(arn) ?? []
  if (tenant !== undefined) return { tenant, grant }
  return { tenant: undefined, grant: undefined, roleArn: arn }
}

/** Core checks the bounds, and refuses NaN, which represents anything but a number. */
function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
}

function readPolicyArns(fields: ReadonlyMap<string, string>): string[] | undefined {
  const members = [...fields].filter(([name]) => name.startsWith('PolicyArns.'))
  if (members.length === 0) return undefined
  if (
    members.length > MAX_MANAGED_POLICIES ||
    !members.every(([name]) => /^PolicyArns\.member\.\d{1,2}\.arn$/.test(name))
  )
    throw invalidRequest(`PolicyArns.member.N.arn accepts at most ${MAX_MANAGED_POLICIES} ARNs.`)
  return members.map(([, arn]) => arn)
}

function issued(
  { credentials, identity, sourceIdentity }: Issued,
  requestId: string,
): HttpResponse {
  const body = successXml(
    {
      subject: identity.subject,
      audience: identity.audiences[0] ?? '',
      provider: identity.issuer,
      assumedRoleArn: credentials.assumedRoleArn,
      assumedRoleId: credentials.assumedRoleId,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
      expiration: timestampOf(credentials.expiration),
      sessionTokenUtilization: credentials.sessionTokenUtilization,
      sessionTokenSize: credentials.sessionTokenSize,
      sourceIdentity,
    },
    requestId,
  )
  return { status: 200, headers: stsHeaders(requestId), body }
}

function refused(refusal: BrokerError, requestId: string): HttpResponse {
  const { status, code, message } = ERRORS[refusal.code]
  const error = {
    status,
    code: refusal instanceof UnsupportedAction ? 'InvalidAction' : code,
    message: refusal.callerMessage ?? `${message} (${refusal.code})`,
  }
  return { status, headers: stsHeaders(requestId), body: errorXml(error, requestId) }
}
