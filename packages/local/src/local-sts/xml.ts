/** The two XML documents of the STS Query API, a success and an error. */

export interface StsError {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A refusal that the server turns into an error document. */
export class StsRefusal extends Error implements StsError {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface AssumedRole {
  readonly subject: string
  readonly audience: string
  readonly provider: string
  readonly assumedRoleArn: string
  readonly assumedRoleId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: string
  readonly packedPolicySize: number | undefined
  readonly sourceIdentity: string | undefined
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function successXml(role: AssumedRole, requestId: string): string {
  const result = [
    element('SubjectFromWebIdentityToken', text(role.subject)),
    element('Audience', text(role.audience)),
    element(
      'AssumedRoleUser',
      element('Arn', text(role.assumedRoleArn)) + element('AssumedRoleId', text(role.assumedRoleId)),
    ),
    element(
      'Credentials',
      element('AccessKeyId', text(role.accessKeyId)) +
        element('SecretAccessKey', text(role.secretAccessKey)) +
        element('SessionToken', text(role.sessionToken)) +
        element('Expiration', text(role.expiration)),
    ),
    role.packedPolicySize === undefined ? '' : element('PackedPolicySize', String(role.packedPolicySize)),
    element('Provider', text(role.provider)),
    role.sourceIdentity === undefined ? '' : element('SourceIdentity', text(role.sourceIdentity)),
  ].join('')
  const body =
    element('AssumeRoleWithWebIdentityResult', result) + element('ResponseMetadata', element('RequestId', requestId))
  return `<AssumeRoleWithWebIdentityResponse xmlns="${NAMESPACE}">${body}</AssumeRoleWithWebIdentityResponse>\n`
}

export function errorXml(error: StsError, requestId: string): string {
  const type = element('Type', error.status >= 500 ? 'Receiver' : 'Sender')
  const body = element('Error', type + element('Code', error.code) + element('Message', text(error.message)))
  return `<ErrorResponse xmlns="${NAMESPACE}">${body}${element('RequestId', requestId)}</ErrorResponse>\n`
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
