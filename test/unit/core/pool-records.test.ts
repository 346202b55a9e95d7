/** The trace and the record of a request to an identity pool, and what conditions read of it. */
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { showTrace } from '../../../packages/core/src/model/trace.ts'
import { POOL_ID, poolDocument } from '../../fixtures/pool-document.ts'
import { GUEST, ISSUER, loginWith, PLAYER, PROVIDER, poolPath } from './pool-path.ts'

const GOOGLE = 'accounts.google.com'
const GOOGLE_ISSUER = `https://${GOOGLE}`

function checksOf(trace: Parameters<typeof showTrace>[0], pattern: RegExp) {
  return showTrace(trace).filter(({ check }) => pattern.test(check))
}

describe('the trace has', () => {
  const HAS_POOL = { stage: 'resolve', check: 'a tenant has the identity pool', expected: POOL_ID }
  const GUESTS = { stage: 'resolve', check: 'the pool accepts guests' }

  it('the pool, and that it accepts guests, where there is no login', async () => {
    const { trace } = await poolPath({ identify: async () => GUEST }).explain({})
    expect(checksOf(trace, /pool/).slice(0, 2)).toEqual([
      { ...HAS_POOL, passed: true, found: 'game' },
      { ...GUESTS, passed: true },
    ])
    const ofPlayer = await poolPath().explain({ logins: [loginWith()] })
    expect(checksOf(ofPlayer.trace, /guests/)).toEqual([])
  })

  it('that there is no such pool, or that it has no guests', async () => {
    const findPool = async () => undefined
    const load = () => Promise.reject(new Error('there is no tenant to load'))
    const nowhere = poolPath({}, { tenants: { findTrusts: async () => [], findPool, load } })
    const { trace, refusal } = await nowhere.explain({})
    expect(refusal).toMatchObject({ problem: 'not-found' })
    expect(showTrace(trace)).toEqual([{ ...HAS_POOL, passed: false }])
    const pools = [{ id: POOL_ID, secret: 'pool', logins: { [PROVIDER]: ISSUER } }]
    const { grants } = poolDocument()
    const { player } = grants as { readonly player: object }
    const document = poolDocument({}, { identityPools: pools, grants: { player } })
    const refused = await poolPath({}, {}, document).explain({})
    expect(showTrace(refused.trace).at(-1)).toEqual({ ...GUESTS, passed: false })
  })

  it('the providers of the pool and of the request', async () => {
    const { trace } = await poolPath().explain({ logins: [loginWith()] })
    expect(checksOf(trace, /the pool has the providers/)).toEqual([
      {
        ...{ stage: 'verify', check: 'the pool has the providers', passed: true },
        ...{ expected: JSON.stringify([GOOGLE, PROVIDER]), found: JSON.stringify([PROVIDER]) },
      },
    ])
  })

  it('that a login is of the user itself', async () => {
    const own = { stage: 'verify', check: 'login is of the user itself (act)' }
    const { trace } = await poolPath().explain({ logins: [loginWith()] })
    const absent = { ...own, passed: true, expected: '(absent)', found: '(absent)' }
    expect(checksOf(trace, /of the user itself/)).toEqual([absent])
    const issuers = [GOOGLE_ISSUER, ISSUER].map((issuer) => ({
      ...{ issuer, audiences: ['game'], delegatedTokens: 'accept' },
    }))
    const rules = [{ name: 'acted', when: 'actor.subject == "bot"', grant: 'player' }]
    const acted = poolPath({}, {}, poolDocument({}, { issuers, rules }))
    const login = loginWith({ act: { iss: ISSUER, sub: 'bot' } })
    const refused = await acted.explain({ logins: [login] })
    const present = { ...absent, passed: false, found: '(present)' }
    expect(checksOf(refused.trace, /of the user itself/)).toEqual([present])
  })

  it('whether the classic flow is on, and that it is not for guests', async () => {
    const off = await poolPath().explain({ isClassic: true })
    const flow = { stage: 'resolve', check: 'the pool has the classic flow' }
    expect(showTrace(off.trace).at(-1)).toEqual({ ...flow, passed: false })
    const document = poolDocument({ classicFlow: { audience: 'game-pool' } })
    const on = await poolPath({ identify: async () => GUEST }, {}, document).explain({
      isClassic: true,
    })
    expect(checksOf(on.trace, /classic/)).toEqual([
      { ...flow, passed: true },
      { stage: 'resolve', check: 'the classic flow is not for guests', passed: false },
    ])
  })
})

describe('the record has', () => {
  it('the tenant of the pool and the first login, also where a login is refused', async () => {
    const { issue, records } = poolPath()
    await issue({ logins: [loginWith({ aud: 'other' })] })
    await issue({ logins: [loginWith({}, 'other')] })
    const login = loginWith({ exp: 1200 })
    await issue({ logins: [loginWith({ iss: GOOGLE_ISSUER }, GOOGLE), login] })
    const refused = { outcome: 'refused', tenant: 'game', pool: POOL_ID }
    expect(records).toMatchObject([
      { ...refused, issuer: ISSUER, subjectTokenSha256: expect.any(String) },
      { ...refused, code: 'issuer_untrusted', subjectTokenSha256: undefined },
      { ...refused, code: 'token_expired', issuer: ISSUER },
    ])
  })

  it('the guest or the backend’s user, also where the pool gives it nothing', async () => {
    const user = { ...PLAYER, provider: 'login.game', logins: ['login.game'] }
    const fail = () => Promise.reject(new Error('nothing else is requested'))
    const developers = {
      ...{ verify: fail, run: fail },
      identify: async () => ({ identity: user, claims: {} }),
    }
    const document = poolDocument({ linking: true, developerProvider: 'login.game' })
    const { issue, records } = poolPath({ developers, identify: async () => GUEST }, {}, document)
    const logins = [{ provider: 'cognito-identity.amazonaws.com', token: 'of-the-pool' }]
    await issue({ logins, identityId: 'id-1' }, { grant: 'guest' })
    await issue({}, { grant: 'player' })
    const issuer = `urn:cognito-identity:${POOL_ID}`
    expect(records).toMatchObject([
      { outcome: 'refused', issuer, subject: user.id, identityProvider: 'login.game' },
      { outcome: 'refused', issuer, subject: GUEST.id, identityProvider: undefined },
    ])
  })

  it('the time in which the pool was found', async () => {
    const { issue, records } = poolPath({ identify: async () => GUEST })
    await issue({})
    expect(Object.keys(records[0]?.durationsMs ?? {})[0]).toBe('resolve')
  })
})

it('conditions read the address and the endpoint of a guest', async () => {
  const denied = async (when: string) => {
    const rules = [
      { name: 'no', deny: true, when },
      { name: 'players', grant: 'player' },
    ]
    const { issue } = poolPath({ identify: async () => GUEST }, {}, poolDocument({}, { rules }))
    return !('credentials' in (await issue({})))
  }
  expect(await denied('request.endpoint == "native"')).toBe(true)
  expect(await denied('request.endpoint == "sts"')).toBe(false)
  expect(await denied('request.ip == "203.0.113.7"')).toBe(true)
  expect(await denied('request.ip == "203.0.113.8"')).toBe(false)
})

it('a login of a provider of assertions is read as an assertion', async () => {
  const { tenant } = compileTenant(JSON.stringify(poolDocument()), 'game.json')
  if (!tenant) throw new Error('The document is not valid.')
  // In place of an issuer with keys, which this decision does not read.
  const saml = { recipients: [], multiValued: [] }
  const issuers = tenant.issuers.map((one) => ({ ...one, profile: { ...one.profile, saml } }))
  const { issue } = poolPath(
    {},
    {
      tenants: {
        findTrusts: async () => [],
        findPool: async () => 'game',
        load: async () => ({ ...tenant, issuers }),
      },
    },
  )
  const cause = new Error('no token is an assertion')
  expect(await issue({ logins: [loginWith()] })).toMatchObject({ code: 'internal', cause })
})
