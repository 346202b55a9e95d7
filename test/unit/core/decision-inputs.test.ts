/** What a record has of a request, so that it can be decided again, and what it does not have. */
import { describe, expect, it } from 'vitest'
import { writeExactJson } from '../../../packages/core/src/model/strict-json.ts'
import {
  type DecisionInputs,
  decisionInputs,
} from '../../../packages/core/src/record/decision-inputs.ts'

const ISSUER = 'https://id.example'
const PARTNER = 'https://partner.example'
const POOL = 'local:0f8e'
const CANARY = 'CANARY'
const PATHS = {
  claims: [['sub'], ['team'], ['address', 'country'], ['address', 'zip']],
  actorClaims: [['sub'], ['kind']],
}
const TENANT = {
  recordInputs: PATHS,
  issuers: [{ profile: { issuer: ISSUER } }],
  identityPools: [
    { id: 'local:other', logins: { 'wrong.example': [ISSUER] } },
    { id: POOL, logins: { 'other.example': [PARTNER], 'id.example/': [ISSUER] } },
  ],
}
const JWT = { compact: CANARY, issuer: ISSUER, header: { typ: 'at+jwt', kid: CANARY } }
const REQUEST = { subjectToken: CANARY, tenant: 'acme', grant: undefined }
const PLAYER = {
  ...{ id: 'local:1', pool: POOL, provider: 'id.example', logins: ['id.example'] },
  guest: false,
}
const GUEST = { ...PLAYER, provider: '', logins: [], guest: true }

interface Parts {
  readonly claims?: object
  readonly identity?: object
  readonly request?: object
  readonly tenant?: object
  /** Undefined: the request has no token of its own. */
  readonly token?: object | undefined
  readonly poolIdentity?: object
}

function inputsOf({ claims = { sub: 'alice' }, ...parts }: Parts = {}) {
  const token = 'token' in parts ? parts.token : JWT
  const decided = {
    request: { ...REQUEST, ...parts.request },
    identity: { issuer: ISSUER, claims, token, ...parts.identity },
    tenant: { ...TENANT, ...parts.tenant },
    token,
    poolIdentity: parts.poolIdentity,
  }
  return decisionInputs(decided as unknown as Parameters<typeof decisionInputs>[0], 'native')
}

/** As a record has them. */
function written(parts: Parts = {}): DecisionInputs {
  return JSON.parse(writeExactJson(inputsOf(parts) as DecisionInputs))
}

describe('the inputs of a request with a JWT', () => {
  it('have its type, the claims that the document reads, and what was requested', () => {
    const claims = { sub: 'alice', team: 'red', email: CANARY, address: { zip: 7, street: CANARY } }
    const request = {
      ...{ grant: 'read', durationSeconds: 900, statements: ['Read'], roleArn: 'arn:role' },
      ...{ principalArn: 'arn:provider', sessionPolicy: '{}', policyArns: ['arn:policy'] },
      ...{ issuer: ISSUER, wantedSessionName: CANARY, dpop: { proof: CANARY } },
    }
    const inputs = inputsOf({ claims, request })
    expect(inputs).toEqual({
      endpoint: 'native',
      token: {
        ...{ kind: 'jwt', issuer: ISSUER, type: 'at+jwt' },
        claims: { sub: 'alice', team: 'red', address: { zip: 7 } },
      },
      request: {
        ...{ tenant: 'acme', grant: 'read', durationSeconds: 900, statements: ['Read'] },
        ...{ roleArn: 'arn:role', principalArn: 'arn:provider', sessionPolicy: '{}' },
        ...{ policyArns: ['arn:policy'], issuer: ISSUER },
      },
    })
    expect(JSON.stringify(inputs)).not.toContain(CANARY)
  })

  it('have nothing of what is absent', () => {
    expect(inputsOf({ token: { ...JWT, header: {} } })).toStrictEqual({
      endpoint: 'native',
      token: { kind: 'jwt', issuer: ISSUER, claims: { sub: 'alice' } },
      request: { tenant: 'acme' },
    })
  })

  it.each([
    ['text', { typ: 'JWT' }, 'JWT'],
    ['no text', { typ: 7 }, undefined],
    ['absent', {}, undefined],
  ])('have a type that is %s as it is, or none', (_, header, type) => {
    expect(written({ token: { ...JWT, header } }).token?.type).toBe(type)
  })

  it('say that a key binds the token, and not which one', () => {
    const bound = (claims: object, rest: Parts = {}) => written({ claims, ...rest }).token?.bound
    expect(bound({ sub: 'alice', cnf: { jkt: CANARY } })).toBe(true)
    expect(bound({ sub: 'alice' })).toBeUndefined()
    expect(bound({ cnf: 'attribute' }, { token: { issuer: ISSUER } })).toBeUndefined()
    const bindsOpaque = { identity: { token: undefined }, token: undefined }
    expect(bound({ cnf: { jkt: CANARY } }, bindsOpaque)).toBe(true)
  })

  it('have the limit of the issuer', () => {
    expect(written({ identity: { maxSessionSeconds: 900 } }).token?.maxSessionSeconds).toBe(900)
    expect(written().token).not.toHaveProperty('maxSessionSeconds')
  })
})

describe('the kind of the token', () => {
  const opaque = { token: undefined }
  const ofPool = { ...opaque, issuer: `urn:cognito-identity:${POOL}` }
  it.each<[string, Parts]>([
    ['jwt', {}],
    ['saml', { token: { issuer: ISSUER } }],
    ['opaque', { identity: opaque, token: undefined }],
    ['opaque', { identity: opaque, token: JWT }],
    ['opaque', { identity: { ...opaque, issuer: `x${ofPool.issuer}` }, token: undefined }],
    ['pool', { identity: ofPool, token: undefined }],
    ['jwt', { identity: { issuer: ofPool.issuer } }],
  ])('is %s', (kind, parts) => {
    const { token } = written(parts)
    expect(token?.kind).toBe(kind)
    expect(token?.type).toBe(kind === 'jwt' ? 'at+jwt' : undefined)
  })

  it('is saml where the request has only the assertion of the identity', () => {
    const parts = { token: undefined, identity: { token: { issuer: ISSUER } } }
    expect(written(parts).token?.kind).toBe('saml')
  })
})

describe('claims', () => {
  it.each<[string, object, object]>([
    ['through text', { address: 'here' }, { address: 'here' }],
    ['through null', { address: null }, { address: null }],
    ['through a list', { address: ['a', { zip: 1 }] }, { address: ['a', { zip: 1 }] }],
    ['to nothing', { address: { street: CANARY } }, { address: {} }],
    ['to a list', { team: ['red', 'blue'] }, { team: ['red', 'blue'] }],
    ['to an object', { team: { id: 1, of: { a: 'b' } } }, { team: { id: 1, of: { a: 'b' } } }],
  ])('are there where a path leads %s', (_, claims, expected) => {
    expect(written({ claims }).token?.claims).toEqual(expected)
  })

  it('are whole where a condition reads the whole and a part', () => {
    const recordInputs = { ...PATHS, claims: [['address', 'zip'], ['address']] }
    const parts = { claims: { address: { zip: 1, street: 'x' } }, tenant: { recordInputs } }
    expect(written(parts).token?.claims).toEqual({ address: { zip: 1, street: 'x' } })
  })

  it('that every object inherits are not there', () => {
    const recordInputs = { ...PATHS, claims: [['toString'], ['constructor', 'name'], []] }
    expect(written({ tenant: { recordInputs } }).token?.claims).toEqual({})
  })

  it('have all digits of their integers', () => {
    const big = 2n ** 60n + 1n
    const claims = { sub: big, team: [big, { id: big }], address: { zip: big } }
    const text = writeExactJson(inputsOf({ claims }) as DecisionInputs)
    expect(text.match(/1152921504606846977/g)).toHaveLength(4)
    expect(() => JSON.stringify(inputsOf({ claims }))).not.toThrow()
  })
})

describe('who acts', () => {
  const act = { sub: 'agent', kind: 'robot', note: CANARY, act: { sub: 'before', note: CANARY } }
  const actor = { issuer: PARTNER, subject: 'agent', claims: { sub: 'agent', kind: 1, x: CANARY } }
  const acting = { request: { actorToken: CANARY }, identity: { actor } }

  it('is there as the token names it, with the claims that conditions read of actors', () => {
    expect(written({ claims: { sub: 'alice', act } }).token?.claims).toEqual({
      sub: 'alice',
      act: { sub: 'agent', kind: 'robot', act: { sub: 'before' } },
    })
    for (const wrong of ['agent', null, ['agent']])
      expect(written({ claims: { act: wrong } }).token?.claims).toEqual({})
    const nested = { claims: { act: { sub: 'agent', act: 'before' } } }
    expect(written(nested).token?.claims).toEqual({ act: { sub: 'agent' } })
  })

  it('is there with its own token', () => {
    expect(written(acting).actor).toEqual({
      ...{ kind: 'opaque', issuer: PARTNER },
      claims: { sub: 'agent', kind: 1 },
    })
    expect(inputsOf(acting)).not.toMatchObject({ actor: { bound: true } })
  })

  it('is not there twice where the token of the subject names it', () => {
    expect(written({ identity: { actor } })).not.toHaveProperty('actor')
    expect(written({ request: { actorToken: CANARY } })).not.toHaveProperty('actor')
  })

  it.each([
    ['jwt', { ...actor, issuer: ISSUER }, {}],
    ['saml', { ...actor, issuer: ISSUER }, { actorTokenType: 'saml2' }],
    ['opaque', actor, {}],
  ])('has a token of the kind %s', (kind, one, request) => {
    const parts = {
      request: { ...acting.request, ...request },
      identity: { actor: one },
      tenant: { issuers: [{ profile: { issuer: 'https://a.example' } }, ...TENANT.issuers] },
    }
    expect(written(parts).actor?.kind).toBe(kind)
  })

  it('has a bound token', () => {
    const bound = { ...actor, claims: { sub: 'agent', cnf: { jkt: CANARY } } }
    const parts = { ...acting, identity: { actor: bound } }
    expect(written(parts).actor).toMatchObject({ bound: true, claims: { sub: 'agent' } })
  })

  it('has what may_act of the subject compares', () => {
    const mayAct = { sub: 'agent', x: CANARY, absent: 1 }
    const claims = { sub: 'alice', may_act: mayAct }
    const { token, actor: found } = written({ ...acting, claims })
    expect(token?.claims).toEqual(claims)
    expect(found?.claims).toEqual({ sub: 'agent', kind: 1, x: CANARY })
    expect(written({ ...acting, claims: { may_act: 'agent' } })).toMatchObject({
      token: { claims: { may_act: 'agent' } },
      actor: { claims: { sub: 'agent', kind: 1 } },
    })
  })

  it('may be anyone where nobody acts', () => {
    expect(written({ claims: { may_act: { sub: 'agent' } } }).token?.claims).toEqual({})
    expect(written(acting).token?.claims).not.toHaveProperty('may_act')
  })
})

describe('the caller of an identity pool', () => {
  const pool = (parts: Parts, isClassic?: true) =>
    written({ ...parts, request: { pool: { pool: POOL, isClassic, logins: [CANARY] } } })

  it('is there as the document names the provider', () => {
    expect(pool({ poolIdentity: PLAYER })).toStrictEqual({
      endpoint: 'native',
      token: { kind: 'jwt', issuer: ISSUER, type: 'at+jwt', claims: { sub: 'alice' } },
      request: { tenant: 'acme' },
      pool: { identity: PLAYER, provider: 'id.example/' },
    })
  })

  it.each<[string, Parts, string | undefined]>([
    ['with a slash at its end', { poolIdentity: { ...PLAYER, logins: ['id.example/'] } }, ISSUER],
    [
      'with a slash elsewhere',
      { poolIdentity: { ...PLAYER, logins: ['a.b/c'] }, tenant: PATH },
      undefined,
    ],
    ['among others', { poolIdentity: { ...PLAYER, logins: ['a.example', 'id.example'] } }, ISSUER],
    ['that it did not present', { poolIdentity: { ...PLAYER, logins: ['a.example'] } }, undefined],
    ['of another issuer', { poolIdentity: PLAYER, identity: { issuer: PARTNER } }, undefined],
    ['of another pool', { poolIdentity: { ...PLAYER, pool: 'local:none' } }, undefined],
    ['where there are no pools', { poolIdentity: PLAYER, tenant: NO_POOLS }, undefined],
  ])('has a provider %s, or none', (_, parts, issuer) => {
    expect(pool(parts).pool?.provider).toBe(issuer && 'id.example/')
  })

  it('has no token where it is a guest', () => {
    const inputs = pool({ poolIdentity: GUEST })
    expect(inputs).not.toHaveProperty('token')
    expect(inputs.pool).toStrictEqual({ identity: GUEST })
  })

  it('uses the classic flow', () => {
    expect(pool({ poolIdentity: GUEST }, true).pool).toEqual({ identity: GUEST, isClassic: true })
  })

  it('is not there where the request is to no pool, or the pool does not know it', () => {
    expect(written({ poolIdentity: PLAYER })).not.toHaveProperty('pool')
    expect(pool({})).not.toHaveProperty('pool')
  })
})

const PATH = { identityPools: [{ id: POOL, logins: { 'a.b/c/': [PARTNER], 'a.bc/': [ISSUER] } }] }
const NO_POOLS = { identityPools: undefined }

describe('there are no inputs', () => {
  it('of a tenant that does not record them', () => {
    expect(inputsOf({ tenant: { recordInputs: undefined } })).toBe('unavailable')
  })

  it('that are longer than 8,192 characters', () => {
    const ofLength = (length: number) => inputsOf({ claims: { sub: 'x'.repeat(length) } })
    const rest = writeExactJson(ofLength(0) as DecisionInputs).length
    expect(ofLength(8192 - rest)).toMatchObject({ endpoint: 'native' })
    expect(ofLength(8193 - rest)).toBe('too large')
  })
})
