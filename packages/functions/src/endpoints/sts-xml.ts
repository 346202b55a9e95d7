/** The XML documents of the STS Query API: results of three actions, and errors. */
import { element, escapeXml, optionalElement } from './xml.ts'

export interface StsError {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What each action that assumes a role returns. */
interface StsSession {
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

/** Of `AssumeRoleWithWebIdentity`. */
export interface StsSuccess extends StsSession {
  readonly subject: string
  readonly audience: string
  readonly provider: string
}

/** Of `AssumeRoleWithSAML`. */
export interface SamlSuccess extends StsSession {
  readonly subject: string
  readonly subjectType: string
  readonly issuer: string
  /** AWS returns it as `Audience`. */
  readonly recipient: string
  readonly nameQualifier: string
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function successXml(role: StsSuccess, requestId: string): string {
  const result =
    element('SubjectFromWebIdentityToken', escapeXml(role.subject)) +
    element('Audience', escapeXml(role.audience)) +
    element('Provider', escapeXml(role.provider)) +
    sessionElements(role)
  return responseXml('AssumeRoleWithWebIdentity', result, requestId)
}

export function samlSuccessXml(role: SamlSuccess, requestId: string): string {
  const result =
    element('Issuer', escapeXml(role.issuer)) +
    element('Subject', escapeXml(role.subject)) +
    element('SubjectType', escapeXml(role.subjectType)) +
    element('Audience', escapeXml(role.recipient)) +
    element('NameQualifier', escapeXml(role.nameQualifier)) +
    sessionElements(role)
  return responseXml('AssumeRoleWithSAML', result, requestId)
}

function sessionElements(session: StsSession): string {
  return [
    element(
      'AssumedRoleUser',
      element('Arn', escapeXml(session.assumedRoleArn)) +
        optionalElement('AssumedRoleId', session.assumedRoleId),
    ),
    element(
      'Credentials',
      element('AccessKeyId', escapeXml(session.accessKeyId)) +
        element('SecretAccessKey', escapeXml(session.secretAccessKey)) +
        element('SessionToken', escapeXml(session.sessionToken)) +
        element('Expiration', escapeXml(session.expiration)),
    ),
    // Deprecated, and read by SDKs from before June 2026.
    optionalElement('PackedPolicySize', session.sessionTokenUtilization),
    optionalElement('SourceIdentity', session.sourceIdentity),
    optionalElement('SessionTokenUtilization', session.sessionTokenUtilization),
    optionalElement('SessionTokenSize', session.sessionTokenSize),
  ].join('')
}

function responseXml(action: string, result: string, requestId: string): string {
  const body =
    element(`${action}Result`, result) +
    element('ResponseMetadata', element('RequestId', requestId))
  return `<${action}Response xmlns="${NAMESPACE}">${body}</${action}Response>\n`
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
  return responseXml('GetCallerIdentity', result, requestId)
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
