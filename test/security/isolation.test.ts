/**
 * Two tenants, one broker: for every pair of tenants, grant and door, a token of one gets nothing of the other's, and is told
 * no more than it would be of a tenant that does not exist.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import { startBroker } from '../fixtures/in-process-broker.ts'
import { closeServer, listen, startIssuer } from '../fixtures/issuer-server.ts'
import { startStsServer } from '../fixtures/sts-server.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, showComparison } from './compare-timings.ts'
import { askAt, DOORS, type DoorName, textOf } from './endpoint-forms.ts'
import { type Member, startTenancy, type Tenancy, UNKNOWN_TENANT } from './tenancy.ts'

let tenancy: Tenancy
const tokens = new Map<string, string>()
beforeAll(async () => {
  tenancy = await startTenancy()
  for (const member of tenancy.members) tokens.set(member.tenant, await member.token())
})
afterAll(() => tenancy.close())

const TIMING_SAMPLES = 1_000
/** A difference that is there is there again. */
const TIMING_TRIES = 3
/** Beyond the control's: nearly five standard errors of the probability that one of 1,000 samples is slower than another of 1,000. */
const MAX_ADVANTAGE = 0.06
/** No document has it. */
const UNKNOWN_GRANT = 'nothing'

interface Pair {
  readonly caller: Member
  readonly foreign: Member
  readonly grant: string
  readonly door: DoorName
}

function pairs(): Pair[] {
  const { members } = tenancy
  return members.flatMap((caller) =>
    members
      .filter(({ tenant }) => tenant !== caller.tenant)
      .flatMap((foreign) =>
        [...foreign.grants, UNKNOWN_GRANT].flatMap((grant) =>
          DOORS.map((door) => ({ caller, foreign, grant, door })),
        ),
      ),
  )
}

const ask = ({ caller, grant, door }: Pair, tenant: string) =>
  askAt(tenancy.app, door, { token: tokens.get(caller.tenant) ?? '', tenant, grant })

/** Without what differs between any two requests. */
function plain(response: HttpResponse, tenant: string): string {
  return `${response.status} ${textOf(response)}`
    .replace(/request-\d+/g, 'ID')
    .replaceAll(tenant, 'TENANT')
}

it('gives each tenant’s own callers what is theirs', CLASS_TIMEOUT, async () => {
  for (const caller of tenancy.members) {
    for (const grant of caller.grants) {
      for (const door of DOORS) {
        const { status } = await ask({ caller, foreign: caller, grant, door }, caller.tenant)
        expect({ tenant: caller.tenant, grant, door, status }).toMatchObject({
          status: door === 'release' && grant !== 'read' ? 400 : 200,
        })
      }
    }
  }
  const names = tenancy.sts.calls.map(
    (call) => `${call.get('RoleArn')} ${call.get('RoleSessionName')}`,
  )
  const each = tenancy.members.length
  // One role and one session name a tenant, though the subject is the same everywhere.
  expect(new Set(names).size).toBe(each)
  expect(new Set(names.map((name) => name.split(' ')[1])).size).toBe(each)
})

it('gives no caller anything of another tenant’s, nor a word about it', CLASS_TIMEOUT, async () => {
  const all = pairs()
  const [calls, fetched, records] = [
    tenancy.sts.calls.length,
    tenancy.issuerRequests(),
    tenancy.broker.audit.length,
  ]
  for (const pair of all) {
    const foreign = await ask(pair, pair.foreign.tenant)
    const unknown = await ask(pair, UNKNOWN_TENANT)
    const about = `${pair.caller.tenant} of ${pair.foreign.tenant} ${pair.grant} at ${pair.door}`
    expect({ about, answer: plain(foreign, pair.foreign.tenant) }).toEqual({
      about,
      answer: plain(unknown, UNKNOWN_TENANT),
    })
    expect(foreign.status).toBeGreaterThanOrEqual(400)
  }
  const written = tenancy.broker.audit.slice(records)
  expect(written).toHaveLength(2 * all.length)
  expect(
    written.filter(
      ({ outcome, code, tenant }) => outcome !== 'refused' || code !== 'access_denied' || tenant,
    ),
  ).toEqual([])
  expect(tenancy.sts.calls.length).toBe(calls)
  // Keys were there; nobody's token made the broker ask any issuer again.
  expect(tenancy.issuerRequests()).toBe(fetched)
  console.log(
    `isolation: ${tenancy.members.length} tenants, ${all.length} pairs with grant and door, each twice: 0 differ`,
  )
})

it('takes no token that one issuer signed in the name of another', CLASS_TIMEOUT, async () => {
  const { members } = tenancy
  const forgeries = members.flatMap((forger) =>
    members.filter((of) => !forger.sharesKeys(of)).map((of) => ({ forger, of })),
  )
  expect(forgeries.length).toBeGreaterThan(members.length)
  const calls = tenancy.sts.calls.length
  for (const { forger, of } of forgeries) {
    const token = await forger.forge(of)
    for (const door of DOORS) {
      const { status } = await askAt(tenancy.app, door, { token, tenant: of.tenant, grant: 'read' })
      const { outcome, code, tenant } = tenancy.broker.audit.at(-1) ?? {}
      expect({
        forger: forger.tenant,
        of: of.tenant,
        door,
        refused: status >= 400,
        outcome,
        code,
        tenant,
      }).toEqual({
        ...{ forger: forger.tenant, of: of.tenant, door, refused: true },
        ...{ outcome: 'refused', code: 'invalid_token', tenant: undefined },
      })
    }
  }
  expect(tenancy.sts.calls.length).toBe(calls)
  console.log(
    `isolation: ${forgeries.length} pairs of issuers at ${DOORS.length} doors: no forged token taken`,
  )
})

it('takes no issuer for one that looks like it', CLASS_TIMEOUT, async () => {
  const seen = new Map<string, string>()
  for (const caller of tenancy.members) {
    const { status, body } = await tenancy.broker.post('/v1/credentials', tokens.get(caller.tenant))
    expect(status).toBe(200)
    seen.set(caller.tenant, JSON.parse(body).tenant)
  }
  expect([...seen].filter(([caller, tenant]) => caller !== tenant)).toEqual([])
})

it(
  'keeps the refusals that it remembers apart by tenant, grant and token',
  CLASS_TIMEOUT,
  async () => {
    for (const caller of tenancy.members) {
      for (const foreign of tenancy.members.filter(({ tenant }) => tenant !== caller.tenant)) {
        const pair: Pair = { caller, foreign, grant: 'read', door: 'container' }
        expect((await ask(pair, foreign.tenant)).status).toBe(403)
        // A refusal of one caller must not be the answer to the tenant's own, nor the other way round.
        expect((await ask({ ...pair, caller: foreign }, foreign.tenant)).status).toBe(200)
        expect((await ask(pair, foreign.tenant)).status).toBe(403)
      }
    }
  },
)

it(
  'does nothing for a tenant that does not trust the issuer, so that its state shows nowhere',
  CLASS_TIMEOUT,
  async () => {
    const { BROKER_STS_ENDPOINT: stsEndpoint = '', BROKER_TENANTS_FILE: wholeFile = '' } =
      tenancy.broker.environment
    const file = `${wholeFile}.broken`
    const whole = readFileSync(wholeFile, 'utf8')
    const broken = whole.replace('{"tenant":"same-subject"', '{"tenant"!"same-subject"')
    expect(broken).not.toBe(whole)
    writeFileSync(file, broken)
    const broker = await startBroker({
      documents: [],
      stsEndpoint,
      environment: { BROKER_TENANTS_FILE: file },
    })
    const ask = (tenant: string, token: string | undefined) =>
      broker.post('/v1/credentials', token, { tenant })
    expect((await ask('same-subject', tokens.get('own'))).status).toBe(403)
    // That it is broken is told to its own callers.
    expect((await ask('same-subject', tokens.get('same-subject'))).status).toBe(500)
    broker.close()
  },
)

it('takes no longer over another tenant than over none', CLASS_TIMEOUT, async () => {
  const compare = async (caller: string, tenant: string) => {
    const ofTenant = (name: string) => () =>
      askAt(tenancy.app, 'native', { token: tokens.get(caller) ?? '', tenant: name, grant: 'read' })
    const comparison = await compareTimings(
      TIMING_SAMPLES,
      ofTenant(UNKNOWN_TENANT),
      ofTenant(tenant),
    )
    console.log(
      `timing, ${caller} asks for ${tenant} against no tenant: ${showComparison(comparison)}`,
    )
    return comparison
  }
  const pairs = [
    ['own', 'same-subject'],
    ['shared-blue', 'shared-red'],
    ['shared-blue', 'shared-costly'],
    ['shared-blue', 'shared-audience'],
    ['plain', 'slashed'],
  ] as const
  for (const [caller, tenant] of pairs) {
    let differs = true
    for (let tries = 0; differs && tries < TIMING_TRIES; tries++) {
      // The control, another tenant that is none, says how large noise is here and now.
      const noise = Math.abs((await compare(caller, 'none-either')).superiority - 0.5)
      const advantage = Math.abs((await compare(caller, tenant)).superiority - 0.5)
      differs = advantage > noise + MAX_ADVANTAGE
    }
    expect({ caller, tenant, differs }).toEqual({ caller, tenant, differs: false })
  }
})

it(
  'lets no tenant slow another’s callers down by keys of its own for their issuer',
  CLASS_TIMEOUT,
  async () => {
    const [issuer, sts] = await Promise.all([startIssuer(), startStsServer()])
    let asked = 0
    const stalling = createServer(() => {
      asked++
    })
    const jwksUri = `${await listen(stalling)}/jwks`
    const claims = { issuer: issuer.url, audiences: ['app'] }
    const grants = { read: { role: 'arn:aws:iam::111122223333:role/app' } }
    const documents = [
      { tenant: 'stalling', issuers: [{ ...claims, verify: { kind: 'jwt', jwksUri } }] },
      { tenant: 'honest', issuers: [claims] },
    ].map((document) =>
      JSON.stringify({ ...document, rules: [{ name: 'all', grant: 'read' }], grants }),
    )
    const broker = await startBroker({ documents, stsEndpoint: sts.url })
    const now = Math.floor(Date.now() / 1000)
    const token = await issuer.sign({
      iss: issuer.url,
      sub: 'alice',
      aud: 'app',
      iat: now,
      exp: now + 600,
    })
    const answer = await broker.post('/v1/credentials', token, { tenant: 'honest' })
    expect(answer.status).toBe(200)
    expect(asked).toBe(0)
    broker.close()
    await Promise.all([closeServer(stalling), issuer.close(), sts.close()])
  },
)
