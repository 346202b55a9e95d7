/** A token that is bound to a client certificate (RFC 8705) needs it, by mutual TLS. */
import { createHash, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { serveApiGateway } from '../../packages/functions/src/lambda/api-gateway.ts'
import { createAuthority } from '../fixtures/certificates.ts'
import { gatewayEvent, HTTP_EVENT_FORMS, type HttpEventForm } from '../fixtures/gateway-events.ts'
import { startBoundTokenBroker } from './bound-token-broker.ts'

const broker = await startBoundTokenBroker()
const authority = createAuthority('clients')
const { cert } = authority.issue('alice')
const other = authority.issue('bob').cert
const digestOf = (pem: string) =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
const cnf = { 'x5t#S256': digestOf(cert) }

/** A mapping changes nothing but the path, and a function URL has no certificates. */
const FORMS_WITH_CERTIFICATES = HTTP_EVENT_FORMS.filter((form) => !/mapping|URL/.test(form))

it.each(FORMS_WITH_CERTIFICATES)('accepts it with its certificate: %s', async (form) => {
  const { statusCode, body } = await invoke(form, await broker.token({ cnf }), cert)
  expect([statusCode, JSON.parse(body).grant]).toEqual([200, 'read'])
})

it('accepts the certificate with its chain, and reads the first', async () => {
  const token = await broker.token({ cnf })
  expect((await invoke('HTTP API', token, `${cert}\n${authority.cert}`)).statusCode).toBe(200)
  expect((await invoke('HTTP API', token, `${authority.cert}\n${cert}`)).statusCode).toBe(401)
})

it.each([
  ['another certificate', other, 'another client certificate'],
  ['no certificate', undefined, 'the connection has none'],
  ['text that is no certificate', 'alice', 'the connection has none'],
  ['an empty one', '', 'the connection has none'],
])('refuses it with %s, and says why', async (_name, pem, reason) => {
  const { statusCode, body } = await invoke('HTTP API', await broker.token({ cnf }), pem)
  expect([statusCode, JSON.parse(body).code]).toEqual([401, 'invalid_token'])
  expect(JSON.parse(body).detail).toContain(reason)
  expect(broker.audit.at(-1)?.reason).toContain(reason)
})

it('never reads a certificate from a header', async () => {
  const escaped = encodeURIComponent(cert)
  const headers = {
    'x-amzn-mtls-clientcert': escaped,
    'x-amzn-mtls-clientcert-leaf': escaped,
    'x-client-cert': escaped,
    'client-cert': `:${Buffer.from(new X509Certificate(cert).raw).toString('base64')}:`,
  }
  const token = await broker.token({ cnf })
  const { status } = await broker.post('/v1/credentials', token, {}, headers)
  expect(status).toBe(401)
})

it('needs the certificate at every endpoint, where each connection can have one', async () => {
  const token = await broker.token({ cnf })
  const path = '/v1/tenants/acme/grants/read/credentials'
  const get = (clientCertificate?: string) =>
    broker.send({
      ...{ method: 'GET', path, headers: { authorization: token } },
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    })
  expect((await get(other)).status).toBe(401)
  expect((await get()).status).toBe(401)
  expect((await get(cert)).status).toBe(200)
})

it('needs both where the token is bound to a key and to a certificate', async () => {
  const token = await broker.token({ cnf: { ...cnf, ...broker.key.cnf } })
  const path = '/v1/credentials'
  const send = (dpop: string | undefined, clientCertificate: string) =>
    broker.send({
      ...{ method: 'POST', path, clientCertificate },
      headers: { authorization: `DPoP ${token}`, ...(dpop === undefined ? {} : { dpop }) },
    })
  const proof = await broker.proof({ token, path })
  expect((await send(proof, cert)).status).toBe(200)
  expect((await send(proof, other)).status).toBe(401)
  expect((await send(undefined, cert)).status).toBe(401)
})

/** As API Gateway invokes the function for a connection with a client certificate. */
async function invoke(form: HttpEventForm, token: string, clientCertPem: string | undefined) {
  const event: { requestContext?: object } = gatewayEvent(form, { token })
  const { requestContext } = event
  const clientCert = { clientCertPem, subjectDN: 'CN=alice', issuerDN: 'CN=clients' }
  const isFormat2 = requestContext !== undefined && 'http' in requestContext
  const known = requestContext && 'identity' in requestContext ? requestContext.identity : {}
  const added = isFormat2
    ? { authentication: { clientCert } }
    : { identity: { ...Object(known), clientCert } }
  const context = { getRemainingTimeInMillis: () => 10_000 }
  return serveApiGateway(broker.app)(
    { ...event, requestContext: { ...requestContext, ...added } },
    context,
  )
}
