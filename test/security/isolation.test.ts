/** A caller gets no grant of another tenant, and cannot learn whether that tenant exists. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { closeAfterTests, startServer, startTestBroker } from '../fixtures/index.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, formatComparison } from './compare-timings.ts'
import { ENDPOINTS, sendHonestRequest } from './endpoint-requests.ts'
import { startTenancy, UNKNOWN_TENANT } from './tenancy.ts'
import { comparable, createPairRequests, type Pair, pairsOf } from './tenant-pairs.ts'

const tenancy = await startTenancy()
const { tokens, request } = await createPairRequests(tenancy)

it('issues credentials to the callers of each tenant', CLASS_TIMEOUT, async () => {
  for (const caller of tenancy.members) {
    for (const grant of caller.grants) {
      for (const endpoint of ENDPOINTS) {
        const own = { caller, foreign: caller, grant, endpoint }
        const { status } = await request(own, caller.tenant)
        expect({ tenant: caller.tenant, grant, endpoint, status }).toMatchObject({
          status: endpoint === 'release' && grant !== 'read' ? 400 : 200,
        })
      }
    }
  }
  const names = tenancy.sts.calls.map(
    (call) => `${call.get('RoleArn')} ${call.get('RoleSessionName')}`,
  )
  const each = tenancy.members.length
  // Two roles and one session name per tenant, although the subject is the same in all of them.
  expect(new Set(names).size).toBe(2 * each)
  expect(new Set(names.map((name) => name.split(' ')[1])).size).toBe(each)
})

it.each([
  ['a caller of another tenant', false],
  ['one who requests what no grant has', true],
])('refuses %s as if the tenant did not exist', CLASS_TIMEOUT, async (_, beyond) => {
  const pairs = pairsOf(tenancy)
  const [calls, fetched, records] = [
    tenancy.sts.calls.length,
    tenancy.issuerRequests(),
    tenancy.broker.audit.length,
  ]
  for (const pair of pairs) {
    const foreign = await request(pair, pair.foreign.tenant, beyond)
    const unknown = await request(pair, UNKNOWN_TENANT, beyond)
    const wanted = `${pair.grant} of ${pair.foreign.tenant} at ${pair.endpoint}`
    const about = `${pair.caller.tenant} wants ${wanted}`
    expect({ about, response: comparable(foreign, pair.foreign.tenant) }).toEqual({
      about,
      response: comparable(unknown, UNKNOWN_TENANT),
    })
    expect(foreign.status).toBeGreaterThanOrEqual(400)
  }
  const written = tenancy.broker.audit.slice(records)
  expect(written).toHaveLength(2 * pairs.length)
  expect(
    written.filter(
      ({ outcome, code, tenant }) => outcome !== 'refused' || code !== 'access_denied' || tenant,
    ),
  ).toEqual([])
  expect(tenancy.sts.calls.length).toBe(calls)
  // The keys were cached, and no token made the broker send a request to an issuer.
  expect(tenancy.issuerRequests()).toBe(fetched)
  const count = `${tenancy.members.length} tenants, ${pairs.length} combinations`
  console.log(`isolation: ${count} of callers, grants and endpoints: no response differs`)
})

it('says what of its own grant a request has too much of, and nothing of others', async () => {
  const [caller, foreign] = tenancy.members
  if (!caller || !foreign) throw new Error('Expected members.')
  const pair = { caller, foreign, grant: 'read', endpoint: 'native' } as const
  const detailOf = async (tenant: string) =>
    JSON.parse((await request(pair, tenant, true)).body).detail
  expect(await detailOf(caller.tenant)).toContain('The requested duration is too long')
  expect(await detailOf(foreign.tenant)).toContain('No rule grants what is requested')
})

it('refuses tokens that one issuer signed with the `iss` of another', CLASS_TIMEOUT, async () => {
  const { members } = tenancy
  const forgeries = members.flatMap((forger) =>
    members.filter((other) => !forger.sharesKeys(other)).map((victim) => ({ forger, victim })),
  )
  expect(forgeries.length).toBeGreaterThan(members.length)
  const calls = tenancy.sts.calls.length
  for (const { forger, victim } of forgeries) {
    const token = await forger.forge(victim)
    const wanted = { token, tenant: victim.tenant, grant: 'read' }
    for (const endpoint of ENDPOINTS) {
      const { status } = await sendHonestRequest(tenancy.app, endpoint, wanted)
      const { outcome, code, tenant } = tenancy.broker.audit.at(-1) ?? {}
      expect({
        forger: forger.tenant,
        victim: victim.tenant,
        endpoint,
        refused: status >= 400,
        outcome,
        code,
        tenant,
      }).toEqual({
        ...{ forger: forger.tenant, victim: victim.tenant, endpoint, refused: true },
        ...{ outcome: 'refused', code: 'invalid_token', tenant: undefined },
      })
    }
  }
  expect(tenancy.sts.calls.length).toBe(calls)
  const count = `${forgeries.length} pairs of issuers at ${ENDPOINTS.length} endpoints`
  console.log(`isolation: ${count}: no forged token is accepted`)
})

it('does not confuse issuers with similar URLs', CLASS_TIMEOUT, async () => {
  const seen = new Map<string, string>()
  for (const caller of tenancy.members) {
    const { status, body } = await tenancy.broker.post('/v1/credentials', tokens.get(caller.tenant))
    expect(status).toBe(200)
    seen.set(caller.tenant, JSON.parse(body).tenant)
  }
  expect([...seen].filter(([caller, tenant]) => caller !== tenant)).toEqual([])
})

it('caches refusals separately by tenant, grant and token', CLASS_TIMEOUT, async () => {
  for (const caller of tenancy.members) {
    for (const foreign of tenancy.members.filter(({ tenant }) => tenant !== caller.tenant)) {
      const pair: Pair = { caller, foreign, grant: 'read', endpoint: 'container' }
      expect((await request(pair, foreign.tenant)).status).toBe(403)
      // The cached refusal must not be sent to the tenant's own caller, nor the reverse.
      expect((await request({ ...pair, caller: foreign }, foreign.tenant)).status).toBe(200)
      expect((await request(pair, foreign.tenant)).status).toBe(403)
    }
  }
})

it(
  'reads nothing of a tenant that does not trust the issuer, so that its state is not visible',
  CLASS_TIMEOUT,
  async () => {
    const { BROKER_TENANTS_FILE: wholeFile = '' } = tenancy.broker.environment
    const file = `${wholeFile}.broken`
    const whole = readFileSync(wholeFile, 'utf8')
    const broken = whole.replace('{"tenant":"same-subject"', '{"tenant"!"same-subject"')
    expect(broken).not.toBe(whole)
    writeFileSync(file, broken)
    const { issuer, sts } = tenancy.broker
    const environment = { BROKER_TENANTS_FILE: file }
    const broker = await startTestBroker({ documents: [], issuer, sts, environment })
    const requestOf = (tenant: string, token: string | undefined) =>
      broker.post('/v1/credentials', token, { tenant })
    expect((await requestOf('same-subject', tokens.get('own'))).status).toBe(403)
    // Its own callers get the error of the broken document.
    expect((await requestOf('same-subject', tokens.get('same-subject'))).status).toBe(500)
  },
)

const TIMING_SAMPLES = 1_000
/** A real difference occurs in every try. */
const TIMING_TRIES = 3
/** Beyond that of the control: nearly five standard errors with 1,000 samples. */
const MAX_ADVANTAGE = 0.06

it('takes no longer to refuse another tenant than an unknown one', CLASS_TIMEOUT, async () => {
  const callers = [
    ['own', 'same-subject'],
    ['shared-blue', 'shared-red'],
    ['shared-blue', 'shared-costly'],
    ['shared-blue', 'shared-audience'],
    ['plain', 'slashed'],
  ] as const
  for (const [caller, tenant] of callers) {
    let differs = true
    for (let tries = 0; differs && tries < TIMING_TRIES; tries++) {
      // The control, a second unknown tenant, shows the current noise of the machine.
      const noise = Math.abs((await compareWithUnknown(caller, 'also-unknown')) - 0.5)
      const advantage = Math.abs((await compareWithUnknown(caller, tenant)) - 0.5)
      differs = advantage > noise + MAX_ADVANTAGE
    }
    expect({ caller, tenant, differs }).toEqual({ caller, tenant, differs: false })
  }
})

it(
  'lets no tenant slow down another by a slow key set of its own for the same issuer',
  CLASS_TIMEOUT,
  async () => {
    let keyRequests = 0
    const stalling = await closeAfterTests(
      startServer(() => {
        keyRequests++
      }),
    )
    const verify = { kind: 'jwt', jwksUri: `${stalling.url}/jwks` }
    const [any, alice] = ['claims.sub != ""', 'claims.sub == "alice"']
    const grants = { read: { role: 'arn:aws:iam::111122223333:role/app' } }
    const rules = [{ name: 'all', grant: 'read' }]
    const documents = (issuer: string) =>
      [
        { tenant: 'stalling', issuers: [{ issuer, audiences: ['acme-app'], verify, member: any }] },
        { tenant: 'honest', issuers: [{ issuer, audiences: ['acme-app'], member: alice }] },
      ].map((document) => JSON.stringify({ ...document, rules, grants }))
    const broker = await startTestBroker({ documents })
    const honest = { tenant: 'honest' }
    const response = await broker.post('/v1/credentials', await broker.token(), honest)
    expect(response.status).toBe(200)
    expect(keyRequests).toBe(0)
  },
)

/**
 * @returns the probability that a request for the tenant is slower than one for an unknown tenant
 */
async function compareWithUnknown(caller: string, tenant: string): Promise<number> {
  const requestFor = (name: string) => () =>
    sendHonestRequest(tenancy.app, 'native', {
      token: tokens.get(caller) ?? '',
      tenant: name,
      grant: 'read',
    })
  const comparison = await compareTimings(
    TIMING_SAMPLES,
    requestFor(UNKNOWN_TENANT),
    requestFor(tenant),
  )
  const which = `a request of ${caller} for ${tenant} compared with an unknown tenant`
  console.log(`timing of ${which}: ${formatComparison(comparison)}`)
  return comparison.superiority
}
