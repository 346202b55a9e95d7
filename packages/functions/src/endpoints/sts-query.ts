/**
 * The STS Query API endpoint: `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML` for unmodified
 * AWS SDKs, in AWS's XML with AWS's codes.
 */
import {
  BrokerError,
  type Issued,
  invalidRequest,
  type RequestFields,
  SESSION_NAME,
} from '@token-broker/core'
import type { HttpRequest, HttpResponse } from '../http.ts'
import type { Endpoint } from './endpoint.ts'
import { type StsAction, stsErrorOf } from './sts-errors.ts'
import { readWanted } from './sts-parameters.ts'
import { readSamlAssertion, samlCaller } from './sts-saml.ts'
import { errorXml, samlSuccessXml, stsHeaders, successXml } from './sts-xml.ts'
import { foundText, readForm, readIssuerName, timestampOf, withRequestId } from './wire.ts'

export const stsQueryEndpoint: Endpoint = { name: 'sts', parse, issued, refused }

/** `invalid_request`, with the code by which SDKs recognise an operation that does not exist. */
class UnsupportedAction extends BrokerError {
  constructor(action: string) {
    const message =
      'The broker supports the actions AssumeRoleWithWebIdentity, AssumeRoleWithSAML, and ' +
      `GetCallerIdentity where it is turned on, and not ${foundText(action)}; send other calls ` +
      'to AWS STS itself.'
    super('invalid_request', message, { callerMessage: message })
  }
}

function parse(request: HttpRequest): RequestFields {
  const fields = readForm(request)
  const action = fields.get('Action')
  if (!action)
    throw invalidRequest('Action is missing; send Action=AssumeRoleWithWebIdentity in a form.')
  if (action !== 'AssumeRoleWithWebIdentity' && action !== 'AssumeRoleWithSAML')
    throw new UnsupportedAction(action)
  if ((fields.get('Version') || '2011-06-15') !== '2011-06-15')
    throw invalidRequest('Version must be 2011-06-15.')
  const token = action === 'AssumeRoleWithSAML' ? readSamlAssertion(fields) : readToken(fields)
  return { ...token, ...readWanted(fields) }
}

function readToken(fields: ReadonlyMap<string, string>) {
  // Token files often end in a newline, and SDKs send them as they are.
  const subjectToken = fields.get('WebIdentityToken')?.trim()
  if (!subjectToken)
    throw invalidRequest('WebIdentityToken is missing; send the token of your identity provider.')
  const wantedSessionName = fields.get('RoleSessionName')
  if (wantedSessionName === undefined || !SESSION_NAME.test(wantedSessionName))
    throw invalidRequest('RoleSessionName must be 2 to 64 characters of [\\w+=,.@-].')
  return { subjectToken, ...readIssuerName('ProviderId', fields), wantedSessionName }
}

function issued(
  issued: Issued,
  requestId: string,
  fields: RequestFields | undefined,
): HttpResponse {
  const { credentials, identity, sourceIdentity } = issued
  const session = {
    assumedRoleArn: credentials.assumedRoleArn,
    assumedRoleId: credentials.assumedRoleId,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken,
    expiration: timestampOf(credentials.expiration),
    sessionTokenUtilization: credentials.sessionTokenUtilization,
    sessionTokenSize: credentials.sessionTokenSize,
    sourceIdentity,
  }
  const { issuer: provider, subject, audiences } = identity
  const body =
    actionOf(fields) === 'AssumeRoleWithSAML'
      ? samlSuccessXml({ ...session, ...samlCaller(issued, fields?.principalArn) }, requestId)
      : successXml({ ...session, subject, audience: audiences[0] ?? '', provider }, requestId)
  return { status: 200, headers: stsHeaders(requestId), body }
}

function refused(
  refusal: BrokerError,
  requestId: string,
  fields: RequestFields | undefined,
): HttpResponse {
  const { status, code, message } = stsErrorOf(refusal.code, actionOf(fields))
  const error = {
    status,
    code: refusal instanceof UnsupportedAction ? 'InvalidAction' : code,
    message: withRequestId(refusal.callerMessage ?? message, refusal.code, requestId),
  }
  // AWS sends no such header. The AWS SDK for JavaScript waits so long.
  const wait =
    refusal.code === 'throttled' ? { 'retry-after': String(refusal.retryAfterSeconds ?? 1) } : {}
  const headers = { ...stsHeaders(requestId), ...wait }
  return { status, headers, body: errorXml(error, requestId) }
}

function actionOf(fields: RequestFields | undefined): StsAction {
  return fields?.tokenType === 'saml2' ? 'AssumeRoleWithSAML' : 'AssumeRoleWithWebIdentity'
}
