/** Requests to each endpoint, as API Gateway sends them. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type Signatory, signRequest } from '../../fixtures/signature-v4.ts'
import { eventOf } from '../workers/handler-under-test.ts'
import { BROKER_ISSUER, COMMON } from './broker-environment.ts'
import { BACKEND_KEY, POOL_ID } from './pool-settings.ts'
import { STUB_SESSION } from './stub-session.ts'

type Headers = Readonly<Record<string, string>>

const FORM = 'application/x-www-form-urlencoded'
const HOST = new URL(BROKER_ISSUER).host

/** @param token for the header; undefined: the body has it */
export function bearer(path: string, token: string | undefined, body: object) {
  return eventOf(body, token === undefined ? {} : { authorization: `Bearer ${token}` }, path)
}

/** @param proof of the key to which the token is bound */
export function native(token: string, grant: string, proof?: string) {
  if (proof === undefined) return bearer('/v1/credentials', token, { grant })
  return eventOf({ grant }, { authorization: `DPoP ${token}`, dpop: proof })
}

export function explained(token: string, grant: string) {
  return bearer('/v1/explain', token, { grant })
}

export function form(path: string, fields: object) {
  const body = new URLSearchParams({ ...fields }).toString()
  return eventOf(body, { 'content-type': FORM }, path)
}

export function get(path: string, headers: Headers = {}, method = 'GET') {
  return eventOf('', headers, path, method)
}

export function poolCall(operation: string, body: object) {
  return eventOf(body, poolHeaders(operation), `/cognito/${POOL_ID}`)
}

/** Signed with the key pair of the pool; valid for five minutes. */
export function backendCall(operation: string, more: object) {
  const signatory = { ...BACKEND_KEY, region: COMMON.AWS_REGION, service: 'cognito-identity' }
  const body = JSON.stringify({ IdentityPoolId: POOL_ID, ...more })
  return signed(`/v1/cognito/${POOL_ID}`, poolHeaders(operation), body, signatory)
}

/** Signed with the session that the stub of STS issues. */
export function callerIdentity() {
  const signatory = { ...STUB_SESSION, region: COMMON.AWS_REGION, service: 'sts' }
  const body = 'Action=GetCallerIdentity&Version=2011-06-15'
  return signed('/sts', { 'content-type': FORM }, body, signatory)
}

export function withCertificate(event: APIGatewayProxyEventV2, clientCertPem: string) {
  const authentication = {
    clientCert: {
      clientCertPem,
      ...{ issuerDN: 'CN=bench', subjectDN: 'CN=bench', serialNumber: '1' },
      validity: { notBefore: '', notAfter: '' },
    },
  }
  return { ...event, requestContext: { ...event.requestContext, authentication } }
}

function poolHeaders(operation: string): Headers {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityService.${operation}`,
  }
}

function signed(path: string, headers: Headers, body: string, by: Signatory) {
  const request = {
    ...{ method: 'POST', path: path.replaceAll(':', '%3A'), body },
    headers: { host: HOST, ...headers },
  }
  const { headers: all } = signRequest(request, by, Date.now())
  return eventOf(body, all, path)
}
