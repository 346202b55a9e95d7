/** A broker whose tenants lie in a table: written, changed and removed while it runs, the table gone, a bundled one beside. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import { type StsServer, startStsServer } from '../fixtures/sts-server.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../fixtures/tenants-table.ts'
import { openOperatorTable, removeTenant, writeTenant } from '../fixtures/write-tenants.ts'

let issuer: TestIssuer
let sts: StsServer
let table: TenantsTable
let operator: ReturnType<typeof openOperatorTable>
let broker: TestBroker
let late = 0
let elapsed = 0
beforeAll(async () => {
  ;[issuer, sts, table] = await Promise.all([startIssuer(), startStsServer(), startTenantsTable()])
  operator = openOperatorTable(table)
})
beforeEach(async () => {
  late = elapsed = 0
  broker?.close()
  broker = await startBroker({
    documents: [tenantDocument('bundled', issuer.url)],
    stsEndpoint: sts.url,
    now: () => Date.now() + late,
    monotonicNs: () => process.hrtime.bigint() + BigInt(elapsed) * 1_000_000n,
    environment: tableEnvironment(),
  })
})
afterAll(async () => {
  broker.close()
  operator.close()
  await Promise.all([issuer.close(), sts.close(), table.close()])
})

const tableEnvironment = () => ({
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  BROKER_TENANTS_TABLE: table.name,
  BROKER_DYNAMODB_ENDPOINT: table.url,
})

/** The tenant that gets credentials for a token of its audience, or the code of the refusal. */
async function ask(tenant: string, body: object = {}, iss = issuer.url): Promise<string> {
  const now = Math.floor((Date.now() + late) / 1000)
  const token = await issuer.sign({
    iss,
    sub: 'alice',
    aud: `${tenant}-app`,
    iat: now,
    exp: now + 600,
  })
  const answer = JSON.parse((await broker.post('/v1/credentials', token, body)).body)
  return answer.tenant ?? answer.code
}

it('serves tenants of both, changes one within a minute, and stops a removed one', async () => {
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'stored'])
  await writeTenant(
    operator,
    tenantDocument('stored', issuer.url, { member: 'claims.sub == "bob"' }),
  )
  late = 60_000
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'access_denied'])
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  late = 120_000
  expect(await ask('stored')).toBe('stored')
  await removeTenant(operator, 'stored')
  late = 180_000
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'access_denied'])
})

it('stops a removed one after a minute, though the clock was set back by an hour', async () => {
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  expect(await ask('stored')).toBe('stored')
  await removeTenant(operator, 'stored')
  late = -3_600_000
  elapsed = 60_000
  expect(await ask('stored')).toBe('access_denied')
})

it('lets a bundled tenant hide one of the same id', async () => {
  const hidden = tenantDocument('bundled', issuer.url).replace(
    'audiences: [bundled-app]',
    'audiences: [hidden-app]',
  )
  await writeTenant(operator, hidden)
  expect([await ask('bundled'), await ask('hidden')]).toEqual(['bundled', 'access_denied'])
  await removeTenant(operator, 'bundled')
})

it('loses no request of a known tenant while the table is gone for a minute, and refuses what it cannot know', async () => {
  await writeTenant(operator, tenantDocument('known', issuer.url))
  expect([await ask('known'), await ask('bundled')]).toEqual(['known', 'bundled'])
  await table.stop()
  try {
    for (late = 0; late <= 120_000; late += 6_000)
      expect([await ask('known'), await ask('bundled')]).toEqual(['known', 'bundled'])
    expect(await ask('known', { tenant: 'stranger' })).toBe('access_denied')
    expect(await ask('known', {}, 'https://stranger.example')).toBe('upstream_unavailable')
    expect(broker.audit.at(-1)?.reason).toContain('DynamoDB table tenants: ECONNREFUSED')
  } finally {
    await table.start()
  }
  late += 6_000
  expect(await ask('known')).toBe('known')
}, 60_000)

it('answers preflights by what tenants of the table allow, and allows none that it cannot ask about', async () => {
  await writeTenant(
    operator,
    `${tenantDocument('pages', issuer.url)}allowedOrigins: ['https://pages.example']\n`,
  )
  const preflight = async (origin: string) => {
    const request = {
      method: 'OPTIONS',
      path: '/v1/credentials',
      headers: { origin },
      body: undefined,
    }
    const signal = AbortSignal.timeout(15_000)
    const { status, headers } = await broker.app({ ...request, clientIp: '203.0.113.7', signal })
    return [status, headers['access-control-allow-origin']]
  }
  expect(await preflight('https://pages.example')).toEqual([204, 'https://pages.example'])
  expect(await preflight('https://other.example')).toEqual([204, undefined])
  await table.stop()
  expect(await preflight('https://pages.example')).toEqual([204, 'https://pages.example'])
  expect(await preflight('https://unknown.example')).toEqual([204, undefined])
  await table.start()
})
