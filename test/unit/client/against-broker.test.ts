/** The client against the real broker over HTTP: shared requests, options, refusals, the SDK. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeEach, expect, it } from 'vitest'
import { fromTokenBroker, TokenBrokerError } from '../../../packages/client/src/index.ts'
import { startAssertionIssuer } from '../../fixtures/assertion-issuer.ts'
import {
  closeAfterTests,
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startServedBroker,
} from '../../fixtures/index.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { rejectionOf } from './rejection-of.ts'

const broker = await startServedBroker()
const { sts } = broker
const token = (claims = {}) => broker.token({ groups: ['admins'], ...claims })
beforeEach(() => void sts.calls.splice(0))

it('gives 200 concurrent callers the credentials of one request, each its own copy', async () => {
  const provider = fromTokenBroker({ endpoint: broker.url, token })
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

it('requests new credentials when the caller forces a refresh', async () => {
  const provider = fromTokenBroker({ endpoint: broker.url, token: await token() })
  await provider()
  await provider({ forceRefresh: true })
  expect(sts.calls).toHaveLength(2)
})

it('requests the tenant, grant, duration and statements of the options', async () => {
  const provider = fromTokenBroker({
    endpoint: `${broker.url}/`,
    token: await token(),
    tenant: 'acme',
    grant: 'write',
    durationSeconds: 1800,
    statements: ['Write'],
  })
  await provider()
  expect(sts.calls[0]?.get('DurationSeconds')).toBe('1800')
  expect(sts.calls[0]?.get('Policy')).toContain('s3:PutObject')
})

it('requests less than the grant by a policy, and rejects where it is more', async () => {
  const policyOf = (Resource: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
  })
  const options = { endpoint: broker.url, token: await token() }
  const policy = policyOf('arn:aws:s3:::acme/alice/2026/*')
  await fromTokenBroker({ ...options, policy })()
  expect(JSON.parse(sts.calls[0]?.get('Policy') ?? '')).toEqual(policy)
  const wider = fromTokenBroker({ ...options, policy: policyOf('arn:aws:s3:::acme/*') })
  expect(await rejectionOf(wider())).toMatchObject({
    code: 'access_denied',
    message: expect.stringContaining('Statement 1 of the session policy allows more'),
  })
})

it('sends an actor token too, and nothing where it has no value', async () => {
  const actorToken = () => broker.token({ sub: 'agent' })
  const acting = fromTokenBroker({ endpoint: broker.url, token, actorToken })
  // No rule of the document mentions actor.
  expect(await rejectionOf(acting())).toMatchObject({ code: 'access_denied' })
  expect(broker.audit.at(-1)).toMatchObject({ subject: 'alice', actor: { subject: 'agent' } })

  let expired = 0
  const renewed = fromTokenBroker({
    endpoint: broker.url,
    token: await token(),
    actorToken: () => broker.token(expired === 0 ? { iat: 1, exp: 2 } : { sub: 'agent' }),
    onTokenExpired: () => void expired++,
  })
  expect(await rejectionOf(renewed())).toMatchObject({ code: 'access_denied' })
  expect(expired).toBe(1)

  const records = broker.audit.length
  const values: unknown[] = [undefined, '', 'a b']
  for (const value of values) {
    const options = { endpoint: broker.url, token, actorToken: () => String(value ?? '') }
    const absent = value === undefined ? { ...options, actorToken: value as never } : options
    expect(await rejectionOf(fromTokenBroker(absent)())).toMatchObject({
      code: 'invalid_token',
      message: expect.stringContaining('The option "actorToken" must be visible ASCII'),
    })
  }
  expect(broker.audit).toHaveLength(records)
})

it('sends a SAML response in the body, where no gateway limits its length', async () => {
  const issuer = await closeAfterTests(startAssertionIssuer())
  const saml = await startServedBroker({ documents: [issuer.document('acme')] })
  const attributes = { groups: Array.from({ length: 1_000 }, (_, index) => `group-${index}`) }
  const provider = fromTokenBroker({
    endpoint: saml.url,
    token: () => issuer.response({ attributes }),
    tokenType: 'saml2',
  })
  expect((await provider()).secretAccessKey).toBe(SECRET_ACCESS_KEY)
  expect(saml.audit.at(-1)).toMatchObject({ issuer: issuer.url, subject: 'alice' })
})

it('rejects with the broker’s refusal and its request ID', async () => {
  const provider = fromTokenBroker({
    endpoint: broker.url,
    token: await token(),
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

it('gets a new token when the broker says that the first one has expired', async () => {
  const tokens = [await token({ iat: 1_600_000_000, exp: 1_600_000_300 }), await token()]
  const hooks: string[] = []
  const provider = fromTokenBroker({
    endpoint: broker.url,
    token: () => tokens.shift() ?? '',
    onTokenExpired: async () => void hooks.push('expired'),
  })
  expect(await provider()).toMatchObject({ accessKeyId: 'ASIA0123456789ABCDEF' })
  expect([hooks, tokens, sts.calls.length]).toEqual([['expired'], [], 1])
})

const ASSUMED_ROLE = 'arn:aws:sts::111122223333:assumed-role/app/alice'
const aws = useScriptedServer((response) => {
  const result = `<GetCallerIdentityResult><Arn>${ASSUMED_ROLE}</Arn></GetCallerIdentityResult>`
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`)
})

it('signs the requests of an AWS SDK client', async () => {
  const credentials = fromTokenBroker({ endpoint: broker.url, token })
  const client = new STSClient({ region: 'eu-central-1', endpoint: aws.url, credentials })
  const identities = await Promise.all(
    Array.from({ length: 20 }, () => client.send(new GetCallerIdentityCommand())),
  )
  expect(identities[0]?.Arn).toBe(ASSUMED_ROLE)
  expect(aws.received[0]?.headers.authorization).toContain('Credential=ASIA0123456789ABCDEF/')
  expect(aws.received[0]?.headers['x-amz-security-token']).toBe(SESSION_TOKEN)
  expect(sts.calls).toHaveLength(1)
  client.destroy()
})
