/** An actor token gives nothing away, and lets nobody act in another tenant. */
import { beforeAll, describe, expect, it } from 'vitest'
import { startDelegatedBroker } from '../endpoints/delegated-broker.ts'
import { CLASS_TIMEOUT } from './attack.ts'
import { compareTimings, formatComparison } from './compare-timings.ts'

const delegated = await startDelegatedBroker()
const { broker, users, partner, broken, foreign, endpoints, others } = delegated

const alice = (claims: object = {}) => users.token({ region: 'north', ...claims })
const crawler = (claims: object = {}) =>
  partner.token({
    ...{ sub: 'crawler', aud: 'acme-partners', customer: 'acme', region: 'north' },
    ...claims,
  })
/** A user of the other tenant, at the issuer that both share. */
const eve = () => users.token({ sub: 'eve', aud: 'beta-app', org: 'beta' })

describe('canary values', () => {
  const CANARY = 'canary-value'
  const marked = { secret: CANARY, nested: { deep: [CANARY] } }
  const sent: string[] = []

  it('of actor tokens and of act are in no response, record and log line', async () => {
    const subjects = [
      await alice(marked),
      await alice({ act: { sub: 'agent', ...marked } }),
      await alice({ act: { sub: 'x', act: { ...marked } } }),
      await alice({ act: { iss: CANARY, sub: 'x' } }),
      await alice({ act: { sub: [CANARY] } }),
      await alice({ may_act: { sub: CANARY } }),
    ]
    const now = Math.floor(Date.now() / 1000)
    const actors = [
      undefined,
      await crawler(marked),
      await crawler({ ...marked, region: 'south' }),
      await crawler({ ...marked, aud: CANARY }),
      await crawler({ ...marked, iat: now - 900, exp: now - 300 }),
      await crawler({ ...marked, act: { sub: CANARY } }),
      await users.token({ iss: partner.url, ...marked }),
      await foreign.token(marked),
      await broken.token(marked),
      `${CANARY}.${CANARY}.${CANARY}`,
    ]
    const bodies: string[] = []
    for (const subject of subjects)
      for (const actor of actors) {
        sent.push(subject, ...(actor === undefined ? [] : [actor]))
        for (const send of Object.values(endpoints))
          bodies.push((await send({ subject, actor })).body)
        if (actor === undefined)
          for (const send of Object.values(others)) bodies.push((await send({ subject })).body)
      }
    expect(bodies.length).toBeGreaterThan(200)
    // An explanation shows the audience and the issuer that were found.
    const shown = bodies.filter((body) => !body.includes('"trace"'))
    // So does the record of a token that is refused for its audience.
    const recorded = broker.auditText.filter((line) => !line.includes('the audience (aud)'))
    expect(recorded.length).toBeGreaterThan(200)
    const written = [...shown, ...recorded, ...broker.errorText].join('\n')
    expect(written).not.toContain(CANARY)
    const all = [...bodies, ...broker.auditText, ...broker.errorText].join('\n')
    for (const token of new Set(sent)) expect(all).not.toContain(token)
    expect(broker.audit.some(({ outcome }) => outcome === 'issued')).toBe(true)
  })
})

describe('a caller of another tenant', () => {
  it('learns nothing by an actor token, which is not read', async () => {
    const actor = await crawler()
    const subject = await eve()
    const fetched = partner.requests.length
    for (const token of [actor, 'x', await broken.token()]) {
      const request = (tenant: string) =>
        broker.post('/v1/credentials', subject, { tenant, actorToken: token })
      const [known, unknown] = [await request('acme'), await request('unknown')]
      // A response repeats the name that its own request has.
      const comparable = (body: string, tenant: string) => ({
        ...JSON.parse(body.replace(`tenant \\"${tenant}\\"`, 'TENANT')),
        requestId: '',
      })
      expect(known.status).toBe(unknown.status)
      expect(comparable(known.body, 'acme')).toEqual(comparable(unknown.body, 'unknown'))
      expect(broker.audit.at(-1)).toMatchObject({ code: 'access_denied' })
    }
    expect(partner.requests.length).toBe(fetched)
  })

  it('acts for no user of this one', async () => {
    for (const [name, send] of Object.entries(endpoints)) {
      await send({ subject: await alice(), actor: await eve() })
      expect([name, broker.audit.at(-1)?.code]).toEqual([name, 'access_denied'])
    }
  })
})

describe('an outage of an actor’s issuer', () => {
  it('concerns the requests of its actors alone', async () => {
    const send = endpoints.native
    const statusOf = async (actor?: string, grant?: string) =>
      (await send?.({ subject: await alice(), actor, grant }))?.status
    expect(await statusOf(await broken.token())).toBe(503)
    expect(await statusOf(undefined, 'own')).toBe(200)
    expect(await statusOf(await crawler())).toBe(200)
    // Known keys remain in use.
    partner.respondWith((_path, response) => response.writeHead(500).end())
    expect(await statusOf(await crawler())).toBe(200)
    partner.respondWith(undefined)
  })
})

describe('the time of a refusal', () => {
  const SAMPLES = 500
  /** A real difference occurs in every try. */
  const TRIES = 3
  /** Beyond that of the control: nearly five standard errors. */
  const MAX_ADVANTAGE = 0.08
  let subject = ''
  let actorToken = ''
  beforeAll(async () => {
    subject = await eve()
    actorToken = await crawler()
  })

  it('shows nothing about a tenant’s name, with an actor token too', CLASS_TIMEOUT, async () => {
    let differs = true
    for (let tries = 0; differs && tries < TRIES; tries++) {
      const noise = await advantageOf('also-unknown')
      differs = (await advantageOf('acme')) > noise + MAX_ADVANTAGE
    }
    expect(differs).toBe(false)
  })

  async function advantageOf(wanted: string): Promise<number> {
    const request = (tenant: string) => () =>
      broker.post('/v1/credentials', subject, { tenant, actorToken })
    const comparison = await compareTimings(SAMPLES, request('unknown'), request(wanted))
    console.log(`timing: delegated request for ${wanted}: ${formatComparison(comparison)}`)
    return Math.abs(comparison.superiority - 0.5)
  }
})
