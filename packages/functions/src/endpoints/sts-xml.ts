/** The XML documents of the STS Query API: two kinds of success, and errors. */

export interface StsError {
  readonly status: number
  readonly code: string
  readonly message: string
}

export interface StsSuccess {
  readonly subject: string
  readonly audience: string
  readonly provider: string
  readonly assumedRoleArn: string
  readonly assumedRoleId: string | undefined
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: string
  readonly sessionTokenUtilization: number | undefined
  readonly sessionTokenSize: number | undefined
  readonly sourceIdentity: string | undefined
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function successXml(role: StsSuccess, requestId: string): string {
  const result = [
    element('SubjectFromWebIdentityToken', text(role.subject)),
    element('Audience', text(role.audience)),
    element(
      'AssumedRoleUser',
      element('Arn', text(role.assumedRoleArn)) + optional('AssumedRoleId', role.assumedRoleId),
    ),
    element(
      'Credentials',
      element('AccessKeyId', text(role.accessKeyId)) +
        element('SecretAccessKey', text(role.secretAccessKey)) +
        element('SessionToken', text(role.sessionToken)) +
        element('Expiration', text(role.expiration)),
    ),
    // Deprecated, and read by SDKs from before June 2026.
    optional('PackedPolicySize', role.sessionTokenUtilization),
    element('Provider', text(role.provider)),
    optional('SourceIdentity', role.sourceIdentity),
    optional('SessionTokenUtilization', role.sessionTokenUtilization),
    optional('SessionTokenSize', role.sessionTokenSize),
  ].join('')
  const body =
    element('AssumeRoleWithWebIdentityResult', result) +
    element('ResponseMetadata', element('RequestId', requestId))
  const name = 'AssumeRoleWithWebIdentityResponse'
  return `<${name} xmlns="${NAMESPACE}">${body}</${name}>\n`
}

export function identityXml(
  identity: {
    readonly arn: string
    readonly userId: string | undefined
    readonly account: string | undefined
  },
  requestId: string,
): string {
  const result =
    element('Arn', text(identity.arn)) +
    optional('UserId', identity.userId) +
    optional('Account', identity.account)
  const body =
    element('GetCallerIdentityResult', result) +
    element('ResponseMetadata', element('RequestId', requestId))
  return `<GetCallerIdentityResponse xmlns="${NAMESPACE}">${body}</GetCallerIdentityResponse>\n`
}

/** The headers of all responses. */
export function stsHeaders(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'cache-control': 'no-store', 'x-amzn-requestid': requestId }
}

export function errorXml(error: StsError, requestId: string): string {
  const type = element('Type', error.status >= 500 ? 'Receiver' : 'Sender')
  const body = element(
    'Error',
    type + element('Code', error.code) + element('Message', text(error.message)),
  )
  const request = element('RequestId', requestId)
  return `<ErrorResponse xmlns="${NAMESPACE}">${body}${request}</ErrorResponse>\n`
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

function optional(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : element(name, text(String(value)))
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
