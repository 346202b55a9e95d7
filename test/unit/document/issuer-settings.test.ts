/** How the settings of one issuer compile, and what is reported of wrong ones. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import type { CompiledIssuer } from '../../../packages/core/src/model/compiled-tenant.ts'
import { trustPolicies } from '../../../packages/core/src/policy/trust-policy.ts'

const ROLE = 'arn:aws:iam::111122223333:role/app'

describe('algorithms', () => {
  it.each([
    [['EdDSA'], ['EdDSA', 'Ed25519']],
    [['Ed25519'], ['Ed25519', 'EdDSA']],
    [
      ['ES384', 'Ed25519', 'EdDSA'],
      ['ES384', 'Ed25519', 'EdDSA'],
    ],
    [['ES384'], ['ES384']],
  ])('%o are %o, because RFC 9864 gives EdDSA a second name', (algorithms, expected) => {
    expect(compiled({ algorithms }).profile.algorithms).toEqual(expected)
  })

  it.each(['Ed448', 'ed25519', 'EDDSA', 'HS256', 'none'])('%s is refused', (name) => {
    expect(errorsOf({ algorithms: [name] })).toEqual([
      expect.stringContaining('issuers[0].algorithms[0]: the value is not allowed'),
    ])
  })
})

const KEYS = [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }]
const INLINE = { verify: { kind: 'jwt', keys: KEYS } }
const DIRECT = { verify: { kind: 'jwt', jwksUri: 'https://id.example/jwks' } }

describe('the name of an issuer', () => {
  const NAMES = [
    'http://adfs.example/adfs/services/trust',
    'accounts.google.com',
    'kubernetes/serviceaccount',
    'urn:example:issuer',
    'spiffe://acme.example',
    'My identity provider, Zürich',
    'https://user@id.example/?a=b#c',
    'x',
    'x'.repeat(255),
    '𝒳',
  ]
  it.each(NAMES)('may be any text where keys are configured: %s', (issuer) => {
    expect(compiled({ issuer, ...INLINE }).profile).toMatchObject({ issuer })
    expect(compiled({ issuer, ...DIRECT }).profile).toMatchObject({ issuer })
  })

  it.each(NAMES)('must be a URL where keys are discovered: %s', (issuer) => {
    for (const verify of [{}, { verify: { kind: 'jwt' } }])
      expect(errorsOf({ issuer, ...verify })).toEqual([
        expect.stringMatching(/^issuers\[0\]\.issuer: .*needs verify\.jwksUri or verify\.keys$/),
      ])
  })

  it.each([
    ['a control character', 'https://id.example\u0000'],
    ['a line break', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['a zero-width space', 'acme\u200b'],
    ['a character that reverses text', 'acme\u202e'],
    ['a byte order mark', '\ufeffacme'],
    ['a space that looks like another', 'a\u00a0b'],
    ['a space before it', ' acme'],
    ['a space after it', 'acme '],
    ['nothing else', ' '],
  ])('contains no %s', (_, issuer) => {
    expect(errorsOf({ issuer, ...INLINE })).toEqual([
      'issuers[0].issuer: the issuer contains characters that cannot be seen, or white space at ' +
        'an end; write exactly the name of the issuer in its tokens',
    ])
  })

  it('is well-formed Unicode', () => {
    const text = documentOf({ issuer: 'LONE', ...INLINE }).replace('LONE', '\\ud800')
    expect(compileTenant(text, 'acme.json').errors).not.toEqual([])
  })

  it('has 1 to 255 characters', () => {
    expect(errorsOf({ issuer: '', ...INLINE })).toEqual([expect.stringContaining('is empty')])
    expect(errorsOf({ issuer: 'x'.repeat(256), ...INLINE })).toEqual([
      'issuers[0].issuer: the value is too long; write at most 255 characters',
    ])
  })

  it('is compared exactly: names that look alike are different issuers', () => {
    const names = ['https://id.example', 'https://id.example/', 'HTTPS://id.example', 'id.example']
    const issuers = names.map((issuer) => ({ issuer, audiences: ['app'], ...INLINE }))
    const { tenant } = compileTenant(documentOf({}, { issuers }), 'acme.json')
    expect(tenant?.issuers.map(({ profile }) => profile.issuer)).toEqual(names)
  })
})

describe('a grant with pass-through', () => {
  const grants = { read: { role: ROLE, webIdentity: 'pass-through' } }
  const other = { issuer: 'https://id.example', audiences: ['app'] }
  const named = { issuer: 'kubernetes/serviceaccount', audiences: ['app'], ...INLINE }
  const compileWith = (issuers: object[], when?: string) =>
    compileTenant(
      documentOf({}, { issuers, grants, rules: [{ name: 'all', grant: 'read', when }] }),
      'acme.json',
    )

  it.each(['kubernetes/serviceaccount', 'http://adfs.example/trust', 'https://a@b', 'https://a/*'])(
    'does not compile for the issuer %s, of which AWS cannot find the keys',
    (issuer) => {
      const { errors } = compileWith([{ ...named, issuer }])
      expect(errors.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`)).toEqual([
        `grants.read.webIdentity: AWS STS accepts no token of the issuer ${issuer}, because that ` +
          'is not an https URL; write webIdentity: minted, or rules that lead to this grant for ' +
          'other issuers only',
      ])
    },
  )

  it('compiles where rules lead to it for other issuers only', () => {
    expect(compileWith([other]).errors).toEqual([])
    expect(compileWith([other, named]).errors).toHaveLength(1)
    const { tenant, errors } = compileWith([other, named], 'issuer == "https://id.example"')
    expect(errors).toEqual([])
    const { [ROLE]: policy } = trustPolicies(tenant ? [tenant] : [], 'https://broker.example')
    expect(policy?.Statement.map(({ Principal }) => Principal.Federated)).toEqual([
      'arn:aws:iam::111122223333:oidc-provider/id.example',
    ])
  })
})

describe('the claim that identifies the caller', () => {
  it.each([
    ['claims.oid', ['oid']],
    ['claims["https://id.example/user"]', ['https://id.example/user']],
    ['claims.user.id', ['user', 'id']],
    ['(claims.oid)', ['oid']],
    ['claims.user.iss', ['user', 'iss']],
  ])('may be %s', (subject, expected) => {
    expect(compiled({ subject }).profile.subject).toEqual(expected)
  })

  it('is sub by default, and then no part of the profile', () => {
    expect(compiled({}).profile).not.toHaveProperty('subject')
    expect(compiled({ subject: 'claims.sub' }).profile).toEqual(compiled({}).profile)
  })

  it.each([
    ...['claims', 'oid', '"alice"', 'issuer', 'request.ip', 'claims.a + claims.b', 'claims[0]'],
    ...['string(claims.oid)', 'claims.groups[claims.index]', 'claims.a ? "b" : "c"', 'claims.'],
  ])('is one claim, and not %s', (subject) => {
    expect(errorsOf({ subject })).toEqual([
      `issuers[0].subject: ${subject} is not a claim; write one claim, such as claims.oid or ` +
        'claims["https://id.example/user"]',
    ])
  })

  it.each(['iss', 'aud', 'azp', 'exp', 'nbf', 'iat', 'jti'])('is not %s', (name) => {
    expect(errorsOf({ subject: `claims.${name}` })).toEqual([
      `issuers[0].subject: the claim ${name} does not identify the caller; write the claim that ` +
        'is different for each caller, and always the same for one caller',
    ])
  })
})

describe('audiences and parties', () => {
  it('keeps what the document says, and nothing where it says nothing', () => {
    const settings = { audienceFallback: 'client_id', authorizedPartyClaim: 'cid' }
    expect(compiled(settings).profile).toMatchObject(settings)
    expect(compiled({})).not.toHaveProperty('anyParty')
    expect(compiled({ authorizedParties: [] })).not.toHaveProperty('anyParty')
    expect(compiled({ authorizedParties: ['any'] })).toMatchObject({ authorizedParties: ['any'] })
    expect(compiled({ authorizedParties: ['any'] })).not.toHaveProperty('anyParty')
    expect(compiled({ authorizedParties: 'any' })).toMatchObject({
      ...{ authorizedParties: [], anyParty: true },
    })
  })

  it.each([
    [{ audienceFallback: 'azp' }, 'the value is not allowed; write one of: client_id'],
    [{ authorizedPartyClaim: 'sub' }, 'not allowed; write one of: azp, client_id, cid, appid'],
    [{ authorizedParties: 'web' }, 'has the wrong type; write a list of parties, or: any'],
    [{ authorizedParties: 'Any' }, 'has the wrong type; write a list of parties, or: any'],
    [{ authorizedParties: [5] }, 'authorizedParties[0]: text is expected'],
    [{ authorizedParties: { web: 1 } }, 'has the wrong type; write a list of parties, or: any'],
  ])('refuses %o', (settings, message) => {
    expect(errorsOf(settings)).toEqual([expect.stringContaining(message)])
  })
})

function compile(settings: object) {
  return compileTenant(documentOf(settings), 'acme.json')
}

function documentOf(settings: object, fields: object = {}): string {
  return JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: 'https://id.example', audiences: ['app'], ...settings }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: ROLE } },
    ...fields,
  })
}

function compiled(settings: object): CompiledIssuer {
  const { tenant, errors } = compile(settings)
  const [issuer] = tenant?.issuers ?? []
  if (!issuer) throw new Error(JSON.stringify(errors))
  return issuer
}

function errorsOf(settings: object): string[] {
  return compile(settings).errors.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`)
}
