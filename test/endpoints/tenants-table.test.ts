/** A broker whose tenants are in a table, which changes while it runs, and may be unreachable. */
import { expect, it } from 'vitest'
import { closeAfterTests, startTestBroker, tenantDocument } from '../fixtures/index.ts'
import { startTenantsTable } from '../fixtures/tenants-table.ts'
import { deleteTenant, openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'

const { issuer, sts } = await startTestBroker()
const table = await closeAfterTests(startTenantsTable())
const operator = await closeAfterTests(openOperatorTable(table))

it('serves stored and bundled tenants, and applies changes within a minute', async () => {
  const { ask, clocks } = await startBrokerOfTable()
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'stored'])
  const onlyBob = { member: 'claims.sub == "bob"' }
  await writeTenant(operator, tenantDocument('stored', issuer.url, onlyBob))
  clocks.wallMs = 60_000
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'access_denied'])
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  clocks.wallMs = 120_000
  expect(await ask('stored')).toBe('stored')
  await deleteTenant(operator, 'stored')
  clocks.wallMs = 180_000
  expect([await ask('bundled'), await ask('stored')]).toEqual(['bundled', 'access_denied'])
})

it('stops a removed tenant after a minute, even if the clock was set back by an hour', async () => {
  const { ask, clocks } = await startBrokerOfTable()
  await writeTenant(operator, tenantDocument('stored', issuer.url))
  expect(await ask('stored')).toBe('stored')
  await deleteTenant(operator, 'stored')
  clocks.wallMs = -3_600_000
  clocks.monotonicMs = 60_000
  expect(await ask('stored')).toBe('access_denied')
})

it('prefers a bundled tenant to a stored one of the same id', async () => {
  const { ask } = await startBrokerOfTable()
  await writeTenant(operator, tenantDocument('bundled', issuer.url, { audience: 'hidden-app' }))
  expect([await ask('bundled'), await ask('hidden')]).toEqual(['bundled', 'access_denied'])
  await deleteTenant(operator, 'bundled')
})

it('serves known tenants while the table is unreachable, and no others', async () => {
  const { ask, broker, clocks } = await startBrokerOfTable()
  await writeTenant(operator, tenantDocument('known', issuer.url))
  expect([await ask('known'), await ask('bundled')]).toEqual(['known', 'bundled'])
  await table.stop()
  try {
    for (clocks.wallMs = 0; clocks.wallMs <= 120_000; clocks.wallMs += 6_000)
      expect([await ask('known'), await ask('bundled')]).toEqual(['known', 'bundled'])
    expect(await ask('known', { tenant: 'stranger' })).toBe('access_denied')
    expect(await ask('known', {}, 'https://stranger.example')).toBe('upstream_unavailable')
    expect(broker.audit.at(-1)?.reason).toContain('DynamoDB table tenants: ECONNREFUSED')
  } finally {
    await table.start()
  }
  clocks.wallMs += 6_000
  expect(await ask('known')).toBe('known')
}, 60_000)

it('allows origins of stored tenants, and no new ones while the table is unreachable', async () => {
  const { broker } = await startBrokerOfTable()
  const allowedOrigins = ['https://pages.example', 'capacitor://localhost']
  await writeTenant(operator, tenantDocument('pages', issuer.url, { allowedOrigins }))
  const preflight = async (origin: string) => {
    const request = { method: 'OPTIONS', path: '/v1/credentials', headers: { origin } }
    const { status, headers } = await broker.send(request)
    return [status, headers['access-control-allow-origin']]
  }
  expect(await preflight('https://pages.example')).toEqual([204, 'https://pages.example'])
  expect(await preflight('capacitor://localhost')).toEqual([204, 'capacitor://localhost'])
  expect(await preflight('https://other.example')).toEqual([204, undefined])
  expect(await preflight('null')).toEqual([204, undefined])
  await table.stop()
  expect(await preflight('https://pages.example')).toEqual([204, 'https://pages.example'])
  expect(await preflight('https://unknown.example')).toEqual([204, undefined])
  await table.start()
})

/** Starts a broker with an empty cache, one bundled tenant, and clocks that a test can advance. */
async function startBrokerOfTable() {
  const clocks = { wallMs: 0, monotonicMs: 0 }
  const broker = await startTestBroker({
    ...{ issuer, sts },
    documents: [tenantDocument('bundled', issuer.url)],
    now: () => Date.now() + clocks.wallMs,
    monotonicNs: () => process.hrtime.bigint() + BigInt(clocks.monotonicMs) * 1_000_000n,
    environment: table.environment,
  })
  /** The tenant that issues credentials to its audience, or the code of the refusal. */
  const ask = async (tenant: string, body: object = {}, iss = issuer.url): Promise<string> => {
    const token = await broker.token({ iss, aud: `${tenant}-app` })
    const json = JSON.parse((await broker.post('/v1/credentials', token, body)).body)
    return json.tenant ?? json.code
  }
  return { broker, ask, clocks }
}
