/** The built bundle, as Lambda would run it, called with recorded API Gateway events in a process of its own. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { DIST, invokeBundle } from '../fixtures/invoke-bundle.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'
import { CREDENTIALS, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'

const EVENT = readFileSync(
  path.join(import.meta.dirname, '../fixtures/events/post-credentials.json'),
  'utf8',
)
let issuer: TestIssuer
let sts: StsServer
let broker: TestBroker

beforeAll(async () => {
  issuer = await startIssuer()
  sts = await startStsServer()
  broker = await startBroker({
    documents: [tenantDocument('acme', issuer.url)],
    stsEndpoint: sts.url,
  })
})
afterAll(async () => {
  broker.close()
  await issuer.close()
  await sts.close()
})

async function invoke(event: string, environment: Record<string, string | undefined> = {}) {
  const { log: audit, ...answer } = await invokeBundle('broker', event, {
    ...broker.environment,
    ...environment,
  })
  return { ...answer, audit }
}

const seconds = () => Math.floor(Date.now() / 1000)
const eventWith = async (audience = 'acme-app') => {
  const token = await issuer.sign({
    iss: issuer.url,
    sub: 'alice',
    aud: audience,
    iat: seconds(),
    exp: seconds() + 600,
  })
  return EVENT.replace('TOKEN', token)
}

it('issues credentials for a recorded event, and writes one audit line', async () => {
  const { statusCode, json, audit } = await invoke(await eventWith())
  expect([statusCode, json.grant]).toEqual([200, 'read'])
  expect(audit.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(audit)).toMatchObject({
    outcome: 'issued',
    clientIp: '203.0.113.7',
    userAgent: 'curl/8.5.0',
  })
})

it('takes a base64 body and a stage before the path', async () => {
  const event = JSON.parse(await eventWith())
  const token = event.headers.authorization.slice('Bearer '.length)
  delete event.headers.authorization
  event.headers['Content-Type'] = 'application/json'
  event.requestContext.stage = 'dev'
  event.rawPath = '/dev/v1/credentials'
  event.body = Buffer.from(JSON.stringify({ token })).toString('base64')
  event.isBase64Encoded = true
  expect((await invoke(JSON.stringify(event))).statusCode).toBe(200)
})

it('answers before the deadline when STS does not', async () => {
  const { createServer } = await import('node:http')
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const answer = await invoke(await eventWith(), {
    BROKER_STS_ENDPOINT: `http://127.0.0.1:${port}`,
    REMAINING_MS: '1500',
  })
  expect([answer.statusCode, answer.json.code]).toEqual([503, 'upstream_unavailable'])
  expect(JSON.parse(answer.audit)).toMatchObject({
    outcome: 'refused',
    code: 'upstream_unavailable',
  })
  silent.closeAllConnections()
  silent.close()
})

it('tells config_invalid instead of crashing at start, and names no value', async () => {
  const answer = await invoke(await eventWith(), { BROKER_ISSUER: 'ftp://secret.example' })
  expect([answer.statusCode, answer.json.code]).toEqual([500, 'config_invalid'])
  expect(JSON.parse(answer.audit)).toMatchObject({ outcome: 'error', code: 'config_invalid' })
  expect(answer.audit).toContain('BROKER_ISSUER')
  expect(answer.audit).not.toContain('secret.example')
})

it.each(globSync('*/*.mjs', { cwd: DIST }).sort())('%s holds no credential chain', (file) => {
  const bundle = readFileSync(path.join(DIST, file), 'utf8')
  for (const trace of [
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'fromInstanceMetadata',
  ])
    expect(bundle).not.toContain(trace)
})

it('reads tenants from a table, by a bundle that lies beside', async () => {
  const table = await startTenantsTable()
  const operator = openOperatorTable(table)
  try {
    await writeTenant(operator, tenantDocument('stored', issuer.url))
    table.requests.length = 0
    const { statusCode, json } = await invoke(await eventWith('stored-app'), {
      BROKER_TENANTS_TABLE: table.name,
      BROKER_DYNAMODB_ENDPOINT: table.url,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    })
    expect([statusCode, json.tenant]).toEqual([200, 'stored'])
    expect(table.requests).toEqual(['Query', 'GetItem'])
  } finally {
    operator.close()
    await table.close()
  }
})
