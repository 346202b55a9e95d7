/** Issuers of opaque tokens in a tenant document: what compiles, and what is compared. */
import { describe, expect, it } from 'vitest'
import {
  compareTenants,
  compileTenant,
  compileTenants,
  formatError,
  tenantsFile,
  trustsByIssuer,
} from '../../../packages/core/src/document/index.ts'
import { trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'

const VERIFY = {
  kind: 'introspection',
  url: 'https://id.example/introspect',
  clientId: 'broker',
  clientSecret: 'idp-client',
}
const OPAQUE = { issuer: 'idp', audiences: ['app'], verify: VERIFY }
const JWT = { issuer: 'https://id.example', audiences: ['app'] }

it('compiles with defaults, apart from the issuers of JWTs', () => {
  const { tenant, errors } = compile([JWT, OPAQUE])
  expect(errors).toEqual([])
  expect(tenant?.issuers.map(({ profile }) => profile.issuer)).toEqual(['https://id.example'])
  expect(tenant?.opaqueIssuers).toEqual([
    {
      issuer: 'idp',
      profile: {
        ...VERIFY,
        clientSecret: 'acme/idp-client',
        method: 'client_secret_basic',
      },
      audiences: ['app'],
      audienceClaim: 'client_id',
      authorizedParties: [],
      issuedAt: 'optional',
      maxTokenAgeSeconds: 86_400,
      clockToleranceSeconds: 30,
    },
  ])
  expect(compile([JWT]).tenant).not.toHaveProperty('opaqueIssuers')
})

it('compiles with every field', () => {
  const member = 'claims.org == "acme"'
  const fields = {
    ...{ audienceClaim: 'aud', authorizedParties: ['web'], member, delegatedTokens: 'accept' },
    ...{ maxTokenAge: '1h', clockTolerance: '5s' },
    verify: { ...VERIFY, method: 'private_key_jwt' },
  }
  const [issuer] = compile([{ ...OPAQUE, ...fields }]).tenant?.opaqueIssuers ?? []
  expect(issuer).toMatchObject({
    ...{ audienceClaim: 'aud', authorizedParties: ['web'], member, delegatedTokens: 'accept' },
    ...{ maxTokenAgeSeconds: 3600, clockToleranceSeconds: 5 },
    profile: { method: 'private_key_jwt' },
  })
  expect(issuer).not.toHaveProperty('issuedAt')
})

it.each([
  [{ algorithms: ['RS256'] }, 'algorithms has no effect'],
  [{ audienceFallback: 'client_id' }, 'audienceFallback has no effect'],
  [{ subject: 'claims.iss' }, 'does not identify the caller'],
  [{ types: ['at+jwt'] }, 'types has no effect'],
  [{ prefetch: true }, 'prefetch has no effect'],
  [{ issuer: 'my idp' }, 'the name of the issuer is not usable'],
  [{ issuer: 'a'.repeat(256) }, 'the value is too long'],
  [{ member: '1 + 1' }, 'the CEL expression is not valid'],
  [{ audiences: [] }, 'the value is empty'],
  [{ maxTokenAge: '31h1h' }, 'wrong format'],
  [{ clockTolerance: '61s' }, 'out of range'],
  [{ verify: { ...VERIFY, url: 'http://id.example/introspect' } }, 'does not use https'],
  [{ verify: { ...VERIFY, url: 'https://user:password@id.example/' } }, 'is not a plain URL'],
  [{ verify: { ...VERIFY, clientSecret: 'p4$$w0rd!' } }, 'wrong format'],
  [{ verify: { ...VERIFY, clientSecret: undefined } }, 'missing'],
  [{ verify: { ...VERIFY, method: 'none' } }, 'not allowed'],
  [{ verify: { ...VERIFY, jwksUri: 'https://id.example/keys' } }, 'unknown field jwksUri'],
  [{ verify: { ...VERIFY, kind: 'introspect' } }, 'write one of: jwt, introspection'],
])('refuses %j', (fields, message) => {
  const { tenant, errors } = compile([{ ...OPAQUE, ...fields }])
  expect(tenant).toBeUndefined()
  expect(errors.map(formatError).join('\n')).toContain(message)
})

it('never quotes what may be a secret', () => {
  const { errors } = compile([{ ...OPAQUE, verify: { ...VERIFY, clientSecret: 'p4$$w0rd!' } }])
  expect(errors.map(formatError).join('\n')).not.toContain('p4$$w0rd!')
})

it('accepts one entry for JWTs and one for opaque tokens of an issuer, and no third', () => {
  const opaque = { ...OPAQUE, issuer: JWT.issuer }
  expect(compile([JWT, opaque]).errors).toEqual([])
  expect(compile([JWT, opaque, opaque]).errors.map(({ path }) => path)).toEqual([
    'issuers[2].issuer',
  ])
})

it('names the caller and the party by other claims, and accepts any party, as for JWTs', () => {
  const fields = {
    ...{ subject: 'claims.user_id', authorizedPartyClaim: 'cid', authorizedParties: 'any' },
  }
  expect(compile([{ ...OPAQUE, ...fields }]).tenant?.opaqueIssuers).toMatchObject([
    { subject: ['user_id'], authorizedPartyClaim: 'cid', authorizedParties: [], anyParty: true },
  ])
})

it('knows the callers of one issuer by one claim, in JWTs and in opaque tokens', () => {
  const [jwt, opaque] = [
    { ...JWT, subject: 'claims.oid' },
    { ...OPAQUE, issuer: JWT.issuer },
  ]
  expect(compile([jwt, { ...opaque, subject: 'claims.oid' }]).errors).toEqual([])
  expect(compile([JWT, { ...opaque, subject: 'claims.sub' }]).errors).toEqual([])
  for (const issuers of [
    [jwt, opaque],
    [opaque, jwt],
    [JWT, { ...opaque, subject: 'claims.oid' }],
  ])
    expect(compile(issuers).errors.map(formatError).join()).toContain(
      'issuers[1].subject: the other entry of https://id.example names another claim for the ' +
        'subject; write the same subject in both entries',
    )
})

describe('a grant that passes tokens through', () => {
  it('is refused where all tokens are opaque', () => {
    const { errors } = compile([OPAQUE], { webIdentity: 'pass-through' })
    expect(errors.map(({ path }) => path)).toEqual(['grants.read.webIdentity'])
  })

  it('trusts only the issuers of JWTs', () => {
    const { tenant } = compile([JWT, OPAQUE], { webIdentity: 'pass-through' })
    const [policy] = Object.values(trustPolicies(tenant ? [tenant] : [], 'https://b.example'))
    expect(policy?.Statement.map(({ Principal }) => Principal.Federated)).toEqual([
      'arn:aws:iam::111122223333:oidc-provider/id.example',
    ])
  })
})

describe('the proof of isolation', () => {
  const user = { user: { from: 'claims.sub' } }
  const Resource = 'arn:aws:s3:::b/{{user}}/*'
  const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource }]

  it('counts opaque issuers: users of two issuers may have the same value', () => {
    const { errors } = compile([JWT, OPAQUE], { policy }, user)
    expect(errors.map(({ message }) => message).join()).toContain('the tenant has several issuers')
    expect(compile([OPAQUE], { policy }, user).errors).toEqual([])
  })

  it('counts an issuer with two entries once', () => {
    const opaque = { ...OPAQUE, issuer: JWT.issuer }
    expect(compile([JWT, opaque], { policy }, user).errors).toEqual([])
  })

  it('accepts the attribute of one of them', () => {
    const ofOne = { user: { from: 'claims.sub', issuer: 'idp' } }
    expect(compile([JWT, OPAQUE], { policy }, ofOne).errors).toEqual([])
  })
})

it('is never found by the iss of a token, and is not owned', () => {
  const texts = ['a', 'b'].map((tenant) => ({
    file: tenant,
    text: documentOf([OPAQUE], { tenant }),
  }))
  const { tenants, errors } = compileTenants(texts)
  expect(errors).toEqual([])
  expect(trustsByIssuer(tenants).size).toBe(0)
  expect(tenantsFile(tenants)).toContain('"opaqueIssuers"')
})

it.each([
  ['gain', 'tokens for web', { audiences: ['app', 'web'] }],
  ['loss', 'is added', { member: 'claims.org == "acme"' }],
  ['gain', 'the greatest age of tokens', { maxTokenAge: '48h' }],
  ['unknown', 'profile changes', { verify: { ...VERIFY, url: 'https://other.example/' } }],
  ['unknown', 'audienceClaim changes', { audienceClaim: 'aud' }],
])('shows a change as %s: %s', (effect, what, fields) => {
  const versions = [OPAQUE, { ...OPAQUE, ...fields }].map((one) => compile([one]).tenant)
  const [before, after] = versions.map((tenant) => (tenant ? [tenant] : []))
  const part = 'issuer of opaque tokens idp'
  expect(compareTenants(before ?? [], after ?? [])).toContainEqual(
    expect.objectContaining({ part, effect, what: expect.stringContaining(what) }),
  )
})

it('shows a new issuer as a gain', () => {
  const versions = [[JWT], [JWT, OPAQUE]].map((issuers) => compile(issuers).tenant)
  const [before, after] = versions.map((tenant) => (tenant ? [tenant] : []))
  expect(compareTenants(before ?? [], after ?? [])).toEqual([
    expect.objectContaining({ part: 'issuer of opaque tokens idp', effect: 'gain' }),
  ])
})

function documentOf(
  issuers: readonly object[],
  { tenant = 'acme', grant = {}, attributes = {} } = {},
): string {
  return JSON.stringify({
    ...{ tenant, issuers, attributes },
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: `arn:aws:iam::111122223333:role/${tenant}`, ...grant } },
  })
}

function compile(issuers: readonly object[], grant: object = {}, attributes: object = {}) {
  return compileTenant(documentOf(issuers, { grant, attributes }), 'acme.json')
}
