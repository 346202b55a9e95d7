/** Which tenant a request gets, how it is traced, and what the operator reads in a refusal. */
import { describe, expect, it } from 'vitest'
import { arnOf, ISSUER, resolve, tenantOf } from './resolution.ts'

const [red, blue] = [
  tenantOf('red', { member: '"red" in claims.teams', roles: ['reader', 'red'] }),
  tenantOf('blue', { member: '"blue" in claims.teams', roles: ['blue', 'reader'] }),
]
const BOTH = { teams: ['red', 'blue'] }

describe('a request that names no tenant', () => {
  it('gets the only tenant that accepts the token, and the trace lists every check', async () => {
    const { tenant, trace, loaded } = await resolve([red, blue], { claims: { teams: ['blue'] } })
    expect(tenant).toBe('blue')
    expect(loaded).toEqual(['red', 'blue'])
    expect(trace).toEqual([
      { stage: 'resolve', check: 'tenant red trusts the issuer', passed: true, expected: ISSUER },
      ...acceptedUntilMember('red'),
      {
        ...{ stage: 'resolve', check: 'identity is a member of tenant red', passed: false },
        ...{ expected: '"red" in claims.teams', found: '{"claims.teams":["blue"]}' },
      },
      { stage: 'resolve', check: 'tenant blue trusts the issuer', passed: true, expected: ISSUER },
      ...acceptedUntilMember('blue'),
      {
        ...{ stage: 'resolve', check: 'identity is a member of tenant blue', passed: true },
        ...{ expected: '"blue" in claims.teams', found: '{"claims.teams":["blue"]}' },
      },
      exactlyOne(true, ['blue']),
    ])
  })

  it('is refused where several accept it', async () => {
    const { refusal, trace } = await resolve([red, blue], { claims: BOTH })
    expect(refusal).toMatchObject({
      code: 'access_denied',
      message:
        'Several tenants accept this token: expected one, found "red", "blue"; name the tenant ' +
        'in the request, or a role that only one of them has.',
    })
    expect(trace.at(-1)).toEqual(exactlyOne(false, ['red', 'blue']))
  })

  it('is refused where none accepts it, with the closest tenant', async () => {
    const others = [tenantOf('other', { audiences: ['other'] })]
    const { refusal, trace, loaded } = await resolve([red, blue, ...others], { claims: {} })
    expect(refusal).toMatchObject({
      code: 'access_denied',
      message:
        'No tenant accepts this token; the closest: the subject is not a member of tenant red: ' +
        'expected "red" in claims.teams, found claims.teams is absent; correct the claim at the ' +
        'issuer, or member in the tenant document.',
    })
    expect(trace.at(-1)).toEqual(exactlyOne(false, []))
    expect(loaded).toEqual(['red', 'blue', 'other'])
  })

  it('says which audience was found and which are accepted', async () => {
    const { refusal, trace, loaded } = await resolve([tenantOf('acme', { audiences: ['shop'] })], {
      audiences: ['backoffice', 'other'],
    })
    expect(loaded).toEqual(['acme'])
    expect(refusal).toMatchObject({
      code: 'access_denied',
      callerMessage: undefined,
      message:
        'No tenant accepts this token; the closest: tenant acme does not accept the audience ' +
        '(aud): expected "shop", found "backoffice", "other"; add the audience to audiences of ' +
        'the issuer in the tenant document, or get a token for an accepted one.',
    })
    expect(trace).toEqual([
      {
        ...{ stage: 'resolve', check: 'a tenant accepts the audience', passed: false },
        ...{ expected: '["shop"]', found: '["backoffice","other"]' },
      },
      { stage: 'resolve', check: 'tenant acme trusts the issuer', passed: true, expected: ISSUER },
      {
        ...{ stage: 'resolve', check: 'tenant acme accepts the audience', passed: false },
        ...{ expected: '["shop"]', found: '["backoffice","other"]' },
      },
      {
        ...{ stage: 'resolve', check: 'tenant acme accepts the authorized party', passed: false },
        ...{ expected: 'one where aud has several values', found: '(absent)' },
      },
      exactlyOne(false, []),
    ])
  })

  it('shows at most five audiences of 64 characters, and says when there is none', async () => {
    const audiences = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(100))
    const many = [tenantOf('one', { audiences }), tenantOf('two', { audiences: ['g', 'a'] })]
    const shown = audiences.slice(0, 5).map((text) => `"${text.slice(0, 63)}…"`)
    const { refusal, trace } = await resolve(many, { audiences: [] })
    expect(refusal?.message).toContain(`expected ${shown.join(', ')} and 1 more, found none`)
    expect(trace[0]?.expected).toHaveLength(160)
    const three = [tenantOf('one', { audiences: ['a', 'b', 'c'] })]
    const { refusal: other } = await resolve(three, { audiences: ['x\n"'] })
    expect(other?.message).toContain('expected "a", "b", "c", found "x\\n\\"";')
  })

  it('is accepted by a tenant for any of its audiences, and counted once for several', async () => {
    const acme = tenantOf('acme', { audiences: ['one', 'two'] })
    const other = tenantOf('other', { audiences: ['three'] })
    for (const audiences of [['one'], ['two'], ['one', 'two'], ['zero', 'two']])
      expect((await resolve([acme, other], { audiences, claims: PARTY })).tenant).toBe('acme')
    expect(
      (await resolve([acme, other], { audiences: ['one', 'three'], claims: PARTY })).tenant,
    ).toBeUndefined()
  })

  it('records a tenant that the index names and the store does not contain', async () => {
    const { refusal, trace } = await resolve([red, blue], {
      claims: { teams: ['blue'] },
      stored: [red],
    })
    expect(refusal?.code).toBe('access_denied')
    expect(trace).toContainEqual({
      ...{ stage: 'resolve', check: 'tenant blue exists', passed: false },
    })
  })
})

describe('a request that names a tenant', () => {
  it('gets it if the tenant accepts the token, although others accept it too', async () => {
    const { tenant, loaded } = await resolve([red, blue], { claims: BOTH, tenant: 'blue' })
    expect([tenant, loaded]).toEqual(['blue', ['blue']])
  })

  it('is refused for another audience, with the audience found and those accepted', async () => {
    const { refusal, trace } = await resolve([red, blue], {
      ...{ claims: BOTH, tenant: 'blue', audiences: ['other'] },
    })
    expect(refusal?.message).toBe(
      'Tenant blue does not accept the audience (aud): expected "app", found "other"; add the ' +
        'audience to audiences of the issuer in the tenant document, or get a token for an ' +
        'accepted one.',
    )
    expect(trace).toContainEqual({
      ...{ stage: 'resolve', check: 'tenant blue accepts the audience', passed: false },
      ...{ expected: '["app"]', found: '["other"]' },
    })
  })

  it('is refused without loading a tenant that does not trust the issuer', async () => {
    for (const tenant of ['nobody', '__proto__', 'constructor', '']) {
      const { refusal, trace } = await resolve([red, blue], { claims: BOTH, tenant })
      expect(refusal?.code).toBe('access_denied')
      expect(trace).toEqual([
        {
          ...{ stage: 'resolve', check: `tenant ${tenant} exists and trusts the issuer` },
          ...{ passed: false, expected: ISSUER },
        },
        exactlyOne(false, []),
      ])
    }
  })

  it('is refused with tenants that trust the issuer, where it is unknown', async () => {
    const { refusal } = await resolve([red, blue], { claims: BOTH, tenant: 'bleu' })
    expect(refusal).toMatchObject({
      callerMessage: undefined,
      message:
        'No such tenant trusts the issuer "https://id.example": expected one of "red", "blue", ' +
        'found "bleu"; check the tenant that the request names, and that its document is deployed.',
    })
  })

  it('does not lead to another tenant by a role', async () => {
    const wanted = { claims: { teams: ['red'] }, tenant: 'blue', roleArn: arnOf('red') }
    expect((await resolve([red, blue], wanted)).tenant).toBeUndefined()
  })
})

describe('decoy tenants', () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    tenantOf(`t${index}`, { member: `claims.org == "${index}"` }),
  )
  const firstBut = (...names: string[]) =>
    many
      .map(({ tenant }) => tenant)
      .slice(0, 16)
      .filter((name) => !names.includes(name))

  it('are evaluated for each refusal of a named tenant, 16 in all, without a trace', async () => {
    const foreign = await resolve(many, { tenant: 't3', claims: { org: '5' } })
    expect(foreign.loaded).toEqual(['t3', ...firstBut('t3')])
    expect(foreign.trace.filter(({ check }) => /tenant t(?!3\b)/.test(check))).toEqual([])
    const unknown = await resolve(many, { tenant: 'nobody', claims: { org: '5' } })
    expect(unknown.loaded).toEqual(firstBut())
    const late = await resolve(many, { tenant: 't29', claims: { org: '5' } })
    expect(late.loaded).toEqual(['t29', ...firstBut().slice(0, 15)])
  })

  it('are not evaluated where credentials are issued or no tenant is named', async () => {
    expect((await resolve(many, { tenant: 't3', claims: { org: '3' } })).loaded).toEqual(['t3'])
    expect((await resolve(many, { claims: { org: '3' } })).loaded).toEqual(['t3'])
  })

  it.each([
    ['none of them can be loaded', []],
    ['none of them accepts the token', many],
  ])('do not change the refusal where %s', async (_, stored) => {
    const claims = { org: '30' }
    const { refusal } = await resolve(many, { tenant: 'nobody', claims, stored })
    expect(refusal).toMatchObject({
      code: 'access_denied',
      message:
        'No such tenant trusts the issuer "https://id.example": expected one of "t0", "t1", ' +
        '"t2", "t3", "t4" and 11 more, found "nobody"; check the tenant that the request names, ' +
        'and that its document is deployed.',
    })
  })
})

describe('a requested role', () => {
  it('selects among the tenants that accept the token', async () => {
    const { tenant, trace } = await resolve([red, blue], { claims: BOTH, roleArn: arnOf('blue') })
    expect(tenant).toBe('blue')
    const check = (name: string) => `tenant ${name} has a grant of the requested role`
    const roles = (...names: string[]) => JSON.stringify(names.map(arnOf))
    expect(trace.slice(-3)).toEqual([
      {
        ...{ stage: 'resolve', check: check('red'), passed: false, expected: arnOf('blue') },
        found: roles('reader', 'red'),
      },
      {
        ...{ stage: 'resolve', check: check('blue'), passed: true, expected: arnOf('blue') },
        found: roles('blue', 'reader'),
      },
      exactlyOne(true, ['blue']),
    ])
  })

  it('that several of them have is refused', async () => {
    const { refusal, trace } = await resolve([red, blue], {
      ...{ claims: BOTH, roleArn: arnOf('reader') },
    })
    expect(refusal?.message).toContain('Several tenants accept this token')
    expect(trace.at(-1)).toEqual(exactlyOne(false, ['red', 'blue']))
  })

  it.each(['other', 'RED', 'red/'])('that none of them has is refused: %s', async (role) => {
    const { refusal, trace } = await resolve([red, blue], {
      ...{ claims: BOTH, roleArn: arnOf(role) },
    })
    expect(refusal?.message).toBe(
      'Several tenants accept this token: expected one, found "red", "blue"; name the tenant in ' +
        `the request, or a role that only one of them has (not "${arnOf(role)}").`,
    )
    expect(trace.at(-1)).toEqual(exactlyOne(false, []))
  })

  it('never selects a tenant that does not accept the token', async () => {
    const wanted = { claims: { teams: ['red'] }, roleArn: arnOf('blue') }
    const { tenant, trace } = await resolve([red, blue], wanted)
    expect(tenant).toBe('red')
    expect(trace.filter(({ check }) => check.includes('requested role'))).toEqual([])
  })
})

const PARTY = { azp: 'web' }

function acceptedUntilMember(name: string) {
  return [
    {
      ...{ stage: 'resolve', check: `tenant ${name} accepts the audience`, passed: true },
      ...{ expected: '["app"]', found: '["app"]' },
    },
    {
      ...{ stage: 'resolve', check: `tenant ${name} accepts the authorized party`, passed: true },
      ...{ expected: 'one where aud has several values', found: '(absent)' },
    },
  ]
}

function exactlyOne(passed: boolean, found: readonly string[]) {
  return {
    ...{ stage: 'resolve', check: 'exactly one tenant accepts the token', passed },
    ...{ expected: '1', found: JSON.stringify(found) },
  }
}
