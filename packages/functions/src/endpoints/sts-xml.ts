/** The XML documents of the STS Query API: two kinds of success, and errors. */
import { element, escapeXml, optionalElement } from './xml.ts'

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
    element('SubjectFromWebIdentityToken', escapeXml(role.subject)),
    element('Audience', escapeXml(role.audience)),
    element(
      'AssumedRoleUser',
      element('Arn', escapeXml(role.assumedRoleArn)) +
        optionalElement('AssumedRoleId', role.assumedRoleId),
    ),
    element(
      'Credentials',
      element('AccessKeyId', escapeXml(role.accessKeyId)) +
        element('SecretAccessKey', escapeXml(role.secretAccessKey)) +
        element('SessionToken', escapeXml(role.sessionToken)) +
        element('Expiration', escapeXml(role.expiration)),
    ),
    // Deprecated, and read by SDKs from before June 2026.
    optionalElement('PackedPolicySize', role.sessionTokenUtilization),
    element('Provider', escapeXml(role.provider)),
    optionalElement('SourceIdentity', role.sourceIdentity),
    optionalElement('SessionTokenUtilization', role.sessionTokenUtilization),
    optionalElement('SessionTokenSize', role.sessionTokenSize),
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
    element('Arn', escapeXml(identity.arn)) +
    optionalElement('UserId', identity.userId) +
    optionalElement('Account', identity.account)
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
    type + element('Code', error.code) + element('Message', escapeXml(error.message)),
  )
  const request = element('RequestId', requestId)
  return `<ErrorResponse xmlns="${NAMESPACE}">${body}${request}</ErrorResponse>\n`
}
