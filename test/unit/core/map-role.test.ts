/** Role mappings of identity pools: which role a user gets, and which of several it may request. */
import { describe, expect, it } from 'vitest'
import { mapRole } from '../../../packages/core/src/decide/map-role.ts'
import type { ResolvedTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import type {
  CompiledPool,
  RoleMapping,
  RoleMatch,
} from '../../../packages/core/src/model/identity-pool.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import { POOL_ID } from '../../fixtures/pool-document.ts'

const PROVIDER = 'accounts.google.com'
const A = 'arn:aws:iam::111122223333:role/a'
const B = 'arn:aws:iam::111122223333:role/b'
const C = 'arn:aws:iam::111122223333:role/c'

const TOKEN: RoleMapping = { ambiguous: 'deny' }

interface Case {
  readonly mapping?: RoleMapping
  readonly claims?: Readonly<Record<string, unknown>>
  readonly roleArn?: string | undefined
  readonly pool?: Partial<CompiledPool>
  readonly provider?: string
  readonly guest?: boolean
  readonly id?: string
}

/** The requested role afterwards, or the refusal as its code and its message for the caller. */
function mapped({ mapping, claims = {}, roleArn, pool = {}, provider, guest = false, id }: Case) {
  const compiled = {
    ...{ id: POOL_ID, secret: 'game/pool', logins: {}, linking: false, merging: false },
    ...{ upgrade: 'separate' as const, ...(mapping && { roleMappings: { [PROVIDER]: mapping } }) },
    ...pool,
  }
  const tenant = { identityPools: [compiled] } as unknown as ResolvedTenant
  const scope = {
    ...{ claims, issuer: '', request: { ip: '', endpoint: '' } },
    identity: { id: 'x', pool: id ?? POOL_ID, provider: provider ?? PROVIDER, logins: [], guest },
  }
  const trace = createTrace()
  try {
    const wanted = roleArn === undefined ? {} : { roleArn }
    return mapRole(tenant, { grant: undefined, ...wanted }, { scope }, trace).roleArn
  } catch (error) {
    const failed = showTrace(trace).filter(({ passed }) => !passed)
    for (const { stage } of failed) expect(stage).toBe('match')
    return { error, failed: failed.map(({ check }) => check) }
  }
}

const DENIED = {
  error: {
    code: 'access_denied',
    callerMessage: 'The ambiguous role mapping rules denied this request',
  },
  failed: ['role mapping gives a role'],
}
const NOT_OFFERED = {
  error: {
    code: 'access_denied',
    message: expect.stringMatching(
      /^The role mapping does not give the requested role: expected one of .+, found "arn:.+"; req/,
    ),
  },
  failed: ['role mapping gives the requested role'],
}

describe('by the token', () => {
  const claims = { 'cognito:roles': [A, B], 'cognito:preferred_role': B }

  it('gives the preferred role, and each role of the list to a caller who requests it', () => {
    expect(mapped({ mapping: TOKEN, claims })).toBe(B)
    expect(mapped({ mapping: TOKEN, claims, roleArn: A })).toBe(A)
    expect(mapped({ mapping: TOKEN, claims, roleArn: B })).toBe(B)
  })

  it.each<[what: string, claims: Readonly<Record<string, unknown>>]>([
    ['is not in the list', claims],
    ['is only the preferred one', { 'cognito:preferred_role': C }],
    ['is the whole text of the claim', { 'cognito:roles': C }],
    ['differs in case', { 'cognito:roles': [C.toUpperCase()] }],
    ['is nowhere', {}],
  ])('refuses a requested role that %s', (_, one) => {
    expect(mapped({ mapping: TOKEN, claims: one, roleArn: C })).toMatchObject(NOT_OFFERED)
  })

  it.each<[what: string, claims: Readonly<Record<string, unknown>>]>([
    ['without a preferred role', { 'cognito:roles': [A, B] }],
    ['with an empty one', { 'cognito:preferred_role': '' }],
    ['with one that is no text', { 'cognito:preferred_role': [A] }],
    ['without claims', {}],
  ])('is ambiguous %s', (_, one) => {
    expect(mapped({ mapping: TOKEN, claims: one })).toMatchObject(DENIED)
    expect(mapped({ mapping: TOKEN, claims: one, pool: { authenticatedRole: C } })).toMatchObject(
      DENIED,
    )
    const mapping: RoleMapping = { ambiguous: 'authenticated-role' }
    expect(mapped({ mapping, claims: one, pool: { authenticatedRole: C } })).toBe(C)
  })
})

describe('by rules', () => {
  const rulesOf = (
    ...rules: [claim: string, match: RoleMatch, value: string, roleArn?: string][]
  ) =>
    ({
      ambiguous: 'deny',
      rules: rules.map(([claim, match, value, roleArn = A]) => ({
        ...{ claim, match, value },
        roleArn,
      })),
    }) as const

  it.each<[match: RoleMatch, value: string, claim: unknown, passes: boolean]>([
    ['Equals', 'admin', 'admin', true],
    ['Equals', 'admin', 'Admin', false],
    ['Equals', 'admin', 'admins', false],
    ['Equals', '7', 7, true],
    ['Equals', 'true', true, true],
    ['Equals', 'null', null, false],
    ['Equals', 'admin', ['admin'], false],
    ['NotEqual', 'admin', 'user', true],
    ['NotEqual', 'admin', 'admin', false],
    ['NotEqual', 'admin', undefined, false],
    ['NotEqual', 'admin', null, false],
    ['NotEqual', 'admin', ['user'], false],
    ['NotEqual', 'admin', { a: 1 }, false],
    ['Contains', 'min', 'admin', true],
    ['Contains', 'min', 'user', false],
    ['Contains', 'admin', ['users', 'admins'], true],
    ['Contains', 'a,b', ['a', 'b'], false],
    ['Contains', 'admin', [null, { admin: 1 }, 'admins'], true],
    ['Contains', 'object', { object: 1 }, false],
    ['StartsWith', 'ad', 'admin', true],
    ['StartsWith', 'min', 'admin', false],
    ['StartsWith', 'ad', ['admin'], false],
  ])('%s %j matches %j: %s', (match, value, claim, passes) => {
    const outcome = mapped({ mapping: rulesOf(['c', match, value]), claims: { c: claim } })
    if (passes) expect(outcome).toBe(A)
    else expect(outcome).toMatchObject(DENIED)
  })

  it('reads all digits of an integer', () => {
    const mapping = rulesOf(['c', 'Equals', '9007199254740993'])
    expect(mapped({ mapping, claims: { c: 9_007_199_254_740_993n } })).toBe(A)
  })

  it('reads no inherited member', () => {
    const mapping = rulesOf(['constructor', 'NotEqual', 'x'], ['__proto__', 'NotEqual', 'x'])
    expect(mapped({ mapping })).toMatchObject(DENIED)
  })

  const several = rulesOf(
    ['group', 'Equals', 'b', B],
    ['group', 'NotEqual', 'x', A],
    ['org', 'NotEqual', 'x', C],
  )

  it('gives the role of the first rule that matches', () => {
    expect(mapped({ mapping: several, claims: { group: 'b' } })).toBe(B)
    expect(mapped({ mapping: several, claims: { group: 'c' } })).toBe(A)
    expect(mapped({ mapping: several, claims: { org: 'y' } })).toBe(C)
  })

  it('gives the requested role only where its rule matches', () => {
    expect(mapped({ mapping: several, claims: { group: 'b' }, roleArn: A })).toBe(A)
    expect(mapped({ mapping: several, claims: { group: 'c' }, roleArn: B })).toMatchObject(
      NOT_OFFERED,
    )
    expect(mapped({ mapping: several, claims: { group: 'b' }, roleArn: C })).toMatchObject(
      NOT_OFFERED,
    )
  })
})

describe('without a mapping of the provider', () => {
  const pool = { authenticatedRole: C }

  it('gives the role that is requested, or else the authenticated role', () => {
    expect(mapped({ roleArn: A })).toBe(A)
    expect(mapped({})).toBeUndefined()
    expect(mapped({ pool })).toBe(C)
    expect(mapped({ pool, roleArn: A })).toBe(A)
    expect(mapped({ mapping: TOKEN, provider: 'login.game', pool: {} })).toBeUndefined()
    expect(mapped({ mapping: TOKEN, provider: 'constructor' })).toBeUndefined()
  })

  it('changes nothing for guests, and for callers of another pool', () => {
    expect(mapped({ mapping: TOKEN, guest: true, provider: '', pool })).toBeUndefined()
    expect(mapped({ mapping: TOKEN, id: 'other', pool })).toBeUndefined()
  })
})

describe('the operator reads', () => {
  it('which claim was expected, and what to correct', () => {
    const remedy =
      'found none; correct the claims at the issuer, the mapping, or ambiguous in the tenant ' +
      'document.'
    const message = (claims: string) =>
      `The role mapping gives the user no role: expected ${claims}, ${remedy}`
    expect(mapped({ mapping: TOKEN })).toMatchObject({
      error: { message: message('the claim cognito:preferred_role') },
    })
    const rules = (...claims: readonly string[]): RoleMapping => ({
      ambiguous: 'deny',
      rules: claims.map((claim) => ({ claim, match: 'Equals', value: 'x', roleArn: A })),
    })
    expect(mapped({ mapping: rules('group', 'org', 'group') })).toMatchObject({
      error: { message: message('a rule that matches, of claims "group", "org"') },
    })
  })

  it('which of the requested roles are given', () => {
    const claims = { 'cognito:roles': [A, 7, B] }
    const remedy = 'request one of them, or correct the mapping.'
    expect(mapped({ mapping: TOKEN, claims, roleArn: C })).toMatchObject({
      error: {
        message:
          'The role mapping does not give the requested role: expected one of ' +
          `"${A}", "${B}", found "${C}"; ${remedy}`,
      },
    })
    const none = { 'cognito:roles': C }
    expect(mapped({ mapping: TOKEN, claims: none, roleArn: C })).toMatchObject({
      error: { message: expect.stringContaining(`: expected one of none, found "${C}"; `) },
    })
  })

  it('in the trace, the role or that there is none', () => {
    const check = { stage: 'match', check: 'role mapping gives a role', expected: 'a role' }
    const traceOf = (claims: Readonly<Record<string, unknown>>) => {
      const trace = createTrace()
      const roleMappings = { [PROVIDER]: TOKEN }
      const tenant = { identityPools: [{ id: POOL_ID, roleMappings }] } as unknown as ResolvedTenant
      const identity = { id: 'x', pool: POOL_ID, provider: PROVIDER, logins: [], guest: false }
      const scope = { claims, issuer: '', request: { ip: '', endpoint: '' }, identity }
      try {
        mapRole(tenant, { grant: undefined }, { scope }, trace)
      } catch {
        // The refusal is the subject of the other tests.
      }
      return showTrace(trace)
    }
    expect(traceOf({ 'cognito:preferred_role': A })).toEqual([{ ...check, passed: true, found: A }])
    expect(traceOf({})).toEqual([{ ...check, passed: false, found: '(none)' }])
  })
})
