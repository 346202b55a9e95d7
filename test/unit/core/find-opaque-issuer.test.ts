/** Which issuer is asked about a token, and which tokens are never shown to one. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import {
  type CredentialRequest,
  createCredentialRequest,
} from '../../../packages/core/src/model/credential-request.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  demandNamedIssuer,
  findOpaqueIssuer,
  isVouchedFor,
  mayBeOpaque,
} from '../../../packages/core/src/verify/find-opaque-issuer.ts'
import { compactToken } from './unsigned-tokens.ts'

const JWT = compactToken({ iss: 'https://id.example', sub: 'alice' })

describe('a request may be about an opaque token', () => {
  it.each([
    [true, 'a token of one part', { token: 'opaque', tenant: 'one' }],
    [true, 'a token of two parts', { token: 'ya29.opaque', tenant: 'one' }],
    [true, 'a token of four parts', { token: 'a.b.c.d', tenant: 'one' }],
    [true, 'a token with an empty part', { token: 'a..c', tenant: 'one' }],
    [true, 'a JWT and a named issuer', { token: JWT, tenant: 'one', issuer: 'a' }],
    [false, 'a JWT', { token: JWT, tenant: 'one' }],
    [false, 'no tenant', { token: 'opaque' }],
    [false, 'a named issuer of no tenant', { token: 'opaque', issuer: 'a' }],
  ])('%s: %s', (expected, _, wanted) => {
    expect(mayBeOpaque(requestOf(wanted))).toBe(expected)
  })
})

describe('the issuer', () => {
  it('is the only one of the tenant', async () => {
    expect(await find({ token: 'opaque', tenant: 'one' })).toMatchObject({
      issuer: 'a',
      reason: 'the tenant’s only one for opaque tokens',
    })
  })

  it.each(['a', 'b'])('is the one that the request names: %s', async (issuer) => {
    expect(await find({ token: 'opaque', tenant: 'two', issuer })).toMatchObject({
      issuer,
      reason: 'named by request',
    })
  })

  it('is asked about a JWT only if the request names it', async () => {
    expect(await find({ token: JWT, tenant: 'one', issuer: 'a' })).toMatchObject({ issuer: 'a' })
    expect(await find({ token: JWT, tenant: 'one', issuer: 'jwt' })).toEqual({ none: true })
    expect(await find({ token: JWT, tenant: 'none', issuer: 'a' })).toEqual({ none: true })
  })

  it('is none without a tenant', async () => {
    expect(await find({ token: 'opaque' })).toEqual({ none: true })
  })
})

it.each([
  ['an unknown tenant', { tenant: 'unknown' }, 'names no issuer of a tenant that accepts'],
  ['a tenant of JWTs', { tenant: 'jwt' }, 'names no issuer of a tenant that accepts'],
  ['an unknown issuer', { tenant: 'one', issuer: 'c' }, 'names no issuer of a tenant that accepts'],
  ['an issuer of JWTs', { tenant: 'jwt', issuer: 'jwt' }, 'names no issuer of a tenant that acc'],
  ['an issuer in another case', { tenant: 'one', issuer: 'A' }, 'names no issuer of a tenant that'],
  ['an empty issuer', { tenant: 'one', issuer: '' }, 'names no issuer of a tenant that accepts'],
  [
    'none of several issuers',
    { tenant: 'two' },
    'expected one of "a", "b" in the request, found none',
  ],
  ['a token that is too long', { tenant: 'one', token: 'a'.repeat(20_001) }, 'longer than 20000'],
  ['a token with a space', { tenant: 'one', token: 'a b' }, 'other than visible ASCII'],
  ['a token with a line feed', { tenant: 'one', token: 'a\nb' }, 'other than visible ASCII'],
  ['a token with an accent', { tenant: 'one', token: 'é' }, 'other than visible ASCII'],
])('refuses %s with one code and one trace', async (_, wanted, message) => {
  const trace = createTrace()
  const finding = findOpaqueIssuer(requestOf({ token: 'opaque', ...wanted }), contextOf(trace))
  await expect(finding).rejects.toMatchObject({
    code: 'invalid_token',
    callerMessage: undefined,
    message: expect.stringContaining(message),
  })
  expect(showTrace(trace)).toEqual([
    {
      stage: 'verify',
      check: 'an issuer of the tenant vouches for the token',
      passed: false,
      expected: 'a token that an issuer of the named tenant accepts',
      found: 'none vouches for it',
    },
  ])
  expect(isVouchedFor(trace)).toBe(false)
})

it('accepts the longest token', async () => {
  expect(await find({ token: 'a'.repeat(20_000), tenant: 'one' })).toMatchObject({ issuer: 'a' })
})

it('accepts a token that is of the issuer that the request names', () => {
  const demand = (issuer?: string) => () =>
    demandNamedIssuer(
      requestOf({ token: JWT, issuer }),
      { issuer: 'https://id.example' },
      createTrace(),
    )
  expect(demand()).not.toThrow()
  expect(demand('https://id.example')).not.toThrow()
  expect(demand('id.example')).toThrow(
    'The token is of another issuer than the request names: expected "id.example", found ' +
      '"https://id.example"; name the issuer of the token, or none.',
  )
})

interface Wanted {
  readonly token: string
  readonly tenant?: string
  readonly issuer?: string | undefined
}

function requestOf({ token, tenant, issuer }: Wanted): CredentialRequest {
  return createCredentialRequest({
    ...{ subjectToken: token, tenant, grant: undefined },
    ...{ durationSeconds: undefined, statements: undefined },
    ...(issuer === undefined ? {} : { issuer }),
  })
}

async function find(wanted: Wanted) {
  const found = await findOpaqueIssuer(requestOf(wanted), contextOf(createTrace()))
  return found ? { issuer: found.issuer.issuer, reason: found.reason } : { none: true }
}

function contextOf(trace: ReturnType<typeof createTrace>) {
  const ports = {
    tenants: {
      findTrusts: async () => [],
      findPool: async () => undefined,
      load: async (name: string) => TENANTS[name],
    },
  }
  const caller = { requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined }
  return { ...caller, signal: new AbortController().signal, trace, ports }
}

function tenantOf(tenant: string, opaque: readonly string[], jwt: readonly string[] = []) {
  const audiences = ['app']
  const url = 'https://id.example/introspect'
  const verify = { kind: 'introspection', url, clientId: 'broker', clientSecret: 'idp' }
  const document = {
    tenant,
    issuers: [
      ...opaque.map((issuer) => ({ issuer, audiences, verify })),
      ...jwt.map((issuer) => ({ issuer, audiences })),
    ],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
  }
  const { tenant: compiled, errors } = compileTenant(JSON.stringify(document), 'a.json')
  if (!compiled) throw new Error(JSON.stringify(errors))
  return compiled
}

const TENANTS: Readonly<Record<string, ReturnType<typeof tenantOf>>> = {
  one: tenantOf('one', ['a']),
  two: tenantOf('two', ['a', 'b']),
  jwt: tenantOf('jwt', [], ['https://id.example']),
}
