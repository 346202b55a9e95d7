/** The client against the real broker over HTTP: one request for many callers, what is asked for, and the SDK that uses it. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { fromTokenBroker, TokenBrokerError } from '../../../packages/client/src/index.ts'
import { nodeListener } from '../../../packages/local/src/node-http.ts'
import { startBroker, type TestBroker, tenantDocument } from '../../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../../fixtures/issuer-server.ts'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  type StsServer,
  startStsServer,
} from '../../fixtures/sts-server.ts'
import { startServer, type TestServer } from '../adapters/test-server.ts'
import { rejectionOf, startAnsweringServer } from './answering-server.ts'

let issuer: TestIssuer
let sts: StsServer
let broker: TestBroker
let server: TestServer

beforeAll(async () => {
  issuer = await startIssuer()
  sts = await startStsServer()
  broker = await startBroker({
    documents: [tenantDocument('acme', issuer.url)],
    stsEndpoint: sts.url,
  })
  server = await startServer(nodeListener(broker.app))
})

afterAll(async () => {
  await Promise.all([server.close(), sts.close(), issuer.close()])
  broker.close()
})

beforeEach(() => {
  sts.calls.length = 0
})

function signToken(claims: Record<string, unknown> = {}): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000)
  return issuer.sign({
    iss: issuer.url,
    aud: 'acme-app',
    sub: 'alice',
    iat: issuedAt,
    exp: issuedAt + 300,
    groups: ['admins'],
    ...claims,
  })
}

it('gives 200 callers at once the credentials of one request, each their own copy', async () => {
  const provider = fromTokenBroker({ endpoint: server.url, token: signToken })
  const all = await Promise.all(Array.from({ length: 200 }, () => provider()))
  expect(sts.calls).toHaveLength(1)
  expect(new Set(all).size).toBe(200)
  for (const credentials of all) {
    expect(credentials).toEqual({
      accessKeyId: 'ASIA0123456789ABCDEF',
      secretAccessKey: SECRET_ACCESS_KEY,
      sessionToken: SESSION_TOKEN,
      expiration: new Date('2030-01-01T00:00:00Z'),
    })
  }
  await provider()
  expect(sts.calls).toHaveLength(1)
})

it('asks anew when the caller forces it', async () => {
  const provider = fromTokenBroker({ endpoint: server.url, token: await signToken() })
  await provider()
  await provider({ forceRefresh: true })
  expect(sts.calls).toHaveLength(2)
})

it('asks for the tenant, grant, duration and statements that the options name', async () => {
  const provider = fromTokenBroker({
    endpoint: `${server.url}/`,
    token: await signToken(),
    tenant: 'acme',
    grant: 'write',
    durationSeconds: 1800,
    statements: ['Write'],
  })
  await provider()
  expect(sts.calls[0]?.get('DurationSeconds')).toBe('1800')
  expect(sts.calls[0]?.get('Policy')).toContain('s3:PutObject')
})

it('tells the broker’s refusal with its request id', async () => {
  const provider = fromTokenBroker({
    endpoint: server.url,
    token: await signToken(),
    grant: 'unknown',
  })
  const error = await rejectionOf(provider())
  expect(error).toBeInstanceOf(TokenBrokerError)
  expect(error).toMatchObject({
    code: 'access_denied',
    status: 403,
    requestId: expect.stringMatching(/^request-/),
  })
})

it('gets a new token when the broker calls the first one expired', async () => {
  const tokens = [await signToken({ iat: 1_600_000_000, exp: 1_600_000_300 }), await signToken()]
  const hooks: string[] = []
  const provider = fromTokenBroker({
    endpoint: server.url,
    token: () => tokens.shift() ?? '',
    onTokenExpired: async () => void hooks.push('expired'),
  })
  expect(await provider()).toMatchObject({ accessKeyId: 'ASIA0123456789ABCDEF' })
  expect([hooks, tokens, sts.calls.length]).toEqual([['expired'], [], 1])
})

it('signs the requests of an AWS SDK client', async () => {
  const aws = await startAnsweringServer()
  aws.answerWith((response) => {
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/app/alice</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
      )
  })
  const credentials = fromTokenBroker({ endpoint: server.url, token: signToken })
  const client = new STSClient({ region: 'eu-central-1', endpoint: aws.url, credentials })
  const identities = await Promise.all(
    Array.from({ length: 20 }, () => client.send(new GetCallerIdentityCommand())),
  )
  expect(identities[0]?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/app/alice')
  expect(aws.seen[0]?.headers.authorization).toContain('Credential=ASIA0123456789ABCDEF/')
  expect(aws.seen[0]?.headers['x-amz-security-token']).toBe(SESSION_TOKEN)
  expect(sts.calls).toHaveLength(1)
  client.destroy()
  await aws.close()
})
