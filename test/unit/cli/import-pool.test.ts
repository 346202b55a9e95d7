/** `token-broker pool import`: the document of a pool of Cognito, and what it reports. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runHere } from './run-cli.ts'

const RECORDED = path.join(import.meta.dirname, '../../fixtures/cognito')
const read = (name: string) => JSON.parse(readFileSync(path.join(RECORDED, name), 'utf8'))
const POOL = read('describe-identity-pool.json')
const ROLES = read('get-identity-pool-roles.json')
const TAGS = read('get-principal-tag-attribute-map.json')
const USER_POOL = 'cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Orchard01'
const AUTHENTICATED = 'arn:aws:iam::111122223333:role/Cognito_OrchardAuth_Role'
const GUESTS_ROLE = 'arn:aws:iam::111122223333:role/Cognito_OrchardUnauth_Role'

const folder = mkdtempSync(path.join(tmpdir(), 'import-'))
let files = 0

/** @returns the document, compiled, and the lines on standard error */
async function importPool(pool: unknown, roles: unknown, ...options: readonly string[]) {
  const [poolFile, rolesFile] = [pool, roles].map(write)
  const run = await runHere([
    ...['pool', 'import', '--pool', String(poolFile), '--roles', String(rolesFile)],
    ...options,
  ])
  if (run.code !== 0) return { ...run, lines: [], document: undefined, tenant: undefined }
  const { tenant, errors } = compileTenant(run.stdout, 'imported.yaml')
  expect(errors).toEqual([])
  return { ...run, document: parse(run.stdout), tenant, lines: run.stderr.split('\n') }
}

function write(value: unknown): string {
  files += 1
  const file = path.join(folder, `${files}.json`)
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

describe('a pool with every kind of provider', async () => {
  const { document, lines } = await importPool(POOL, ROLES, '--principal-tags', write(TAGS))
  const [pool] = document.identityPools

  it('keeps its id, so that apps keep their configuration', () => {
    expect(document.tenant).toBe('orchard-game-live')
    expect(pool.id).toBe(POOL.IdentityPoolId)
  })

  it('has an issuer, with the client ids, for each provider that the broker can verify', () => {
    expect(document.issuers).toEqual([
      {
        issuer: 'https://accounts.google.com',
        verify: { kind: 'google' },
        audiences: ['407408718192-game.apps.googleusercontent.com'],
      },
      {
        issuer: 'https://appleid.apple.com',
        verify: { kind: 'apple' },
        audiences: ['com.orchard.game', 'com.orchard.game.web'],
      },
      {
        issuer: 'graph.facebook.com',
        verify: { kind: 'facebook', clientId: '1234567890123456', clientSecret: 'facebook-app' },
        audiences: ['1234567890123456'],
      },
      {
        issuer: 'www.amazon.com',
        verify: { kind: 'login-with-amazon' },
        audiences: ['amzn1.application.1234567890abcdef1234567890abcdef'],
      },
      {
        issuer: `https://${USER_POOL}`,
        verify: { kind: 'cognito-user-pool' },
        audiences: ['3n4b5urk1ft4fl3mg5e62d9ado', '7d2c5urk1ft4fl3mg5e62d9zzz'],
        member: 'claims.token_use == "id"',
      },
      {
        issuer: 'https://id.orchard.example',
        verify: { kind: 'jwt' },
        audiences: ['<CLIENT-ID>'],
        algorithms: ['RS256'],
      },
    ])
    expect(pool.logins).toEqual({
      'accounts.google.com': 'https://accounts.google.com',
      'appleid.apple.com': 'https://appleid.apple.com',
      'graph.facebook.com': 'graph.facebook.com',
      'www.amazon.com': 'www.amazon.com',
      [USER_POOL]: `https://${USER_POOL}`,
      'id.orchard.example': 'https://id.orchard.example',
    })
  })

  it('has the role mappings, by provider', () => {
    expect(pool.roleMappings).toEqual({
      'accounts.google.com': {
        type: 'rules',
        ambiguous: 'authenticated-role',
        rules: [
          {
            claim: 'hd',
            match: 'Equals',
            value: 'orchard.example',
            role: 'arn:aws:iam::111122223333:role/service/orchard.staff',
          },
        ],
      },
      [USER_POOL]: { type: 'token', ambiguous: 'deny' },
    })
    expect(pool.authenticatedRole).toBe(AUTHENTICATED)
  })

  // Otherwise a user could get the grant of another role where no role mapping decides.
  it('gives the grant of each role to users of those providers of the pool that may get it', () => {
    expect(document.rules).toEqual([
      {
        name: 'users with the role of the grant Cognito_OrchardAuth_Role',
        when:
          'identity.provider in ["appleid.apple.com", "graph.facebook.com", "www.amazon.com", ' +
          '"id.orchard.example", "login.orchard.game", "accounts.google.com"]',
        grant: 'Cognito_OrchardAuth_Role',
      },
      {
        name: 'users with the role of the grant orchard-staff',
        when: 'identity.provider in ["accounts.google.com"]',
        grant: 'orchard-staff',
      },
    ])
  })

  it('allows nothing until the policies of the grants are written', () => {
    expect(document.grants).toEqual({
      Cognito_OrchardAuth_Role: { role: AUTHENTICATED, policy: [] },
      'orchard-staff': {
        role: 'arn:aws:iam::111122223333:role/service/orchard.staff',
        policy: [],
      },
      guests: { role: GUESTS_ROLE, policy: [] },
    })
    expect(pool.guests).toEqual({ enabled: true, grant: 'guests' })
  })

  it.each([
    'create the secret orchard-game-live/identity-pool',
    'write the policies of the grants Cognito_OrchardAuth_Role, orchard-staff, guests: they are',
    'Write {{identity}} in place of ${cognito-identity.amazonaws.com:sub}',
    'their trust policies name cognito-identity.amazonaws.com',
    'store the app secret of Facebook as the secret facebook-app',
    'get-open-id-connect-provider --open-id-connect-provider-arn arn:aws:iam::111122223333:',
    'aws cognito-idp list-groups',
    'developerProvider needs linking',
  ])('says what to do: %s', (text) => {
    const toDo = lines.slice(
      lines.indexOf('Before you use it:'),
      lines.indexOf('Does not carry over:'),
    )
    expect(toDo.filter((line) => line.includes(text))).not.toEqual([])
  })

  it.each([
    'the ids of identities',
    'Cognito Sync',
    'the login provider api.twitter.com',
    'the SAML provider arn:aws:iam::111122223333:saml-provider/Orchard',
    'the role mapping of arn:aws:iam::111122223333:saml-provider/Orchard',
    `ServerSideTokenCheck of ${USER_POOL}`,
    'the classic flow (GetOpenIdToken)',
    'the tags of the pool: team',
    'the principal tag department of cognito-idp',
    'claims["custom:department"]',
    'the list of services to which Cognito limits guests',
  ])('says what does not carry over: %s', (text) => {
    const lost = lines.slice(lines.indexOf('Does not carry over:'))
    expect(lost.filter((line) => line.includes(text))).not.toEqual([])
  })

  it('prints no secret of the pool', () => {
    expect(lines.join('\n') + JSON.stringify(document)).not.toContain('L8qq9PZyRg6ieKGEKhZol')
  })
})

describe('a smaller pool', () => {
  const {
    DeveloperProviderName: _,
    OpenIdConnectProviderARNs: _oidc,
    CognitoIdentityProviders: _userPools,
    SamlProviderARNs: _saml,
    ...REST
  } = POOL
  const GOOGLE = {
    ...REST,
    AllowUnauthenticatedIdentities: false,
    SupportedLoginProviders: { 'accounts.google.com': 'client' },
  }
  const NO_MAPPINGS = { ...ROLES, RoleMappings: undefined }

  it('without guests has no grant for them, even where it has a role', async () => {
    const { document, stderr } = await importPool(GOOGLE, NO_MAPPINGS)
    expect(document.identityPools[0].guests).toBeUndefined()
    expect(Object.keys(document.grants)).toEqual(['Cognito_OrchardAuth_Role'])
    expect(stderr).toContain('the role of guests: the pool does not allow guests')
  })

  it('without a role for guests has none', async () => {
    const { document, stderr } = await importPool(
      { ...GOOGLE, AllowUnauthenticatedIdentities: true },
      { ...NO_MAPPINGS, Roles: { authenticated: AUTHENTICATED } },
    )
    expect(document.identityPools[0].guests).toBeUndefined()
    expect(stderr).toContain('guests: the pool allows them, but has no role for them')
  })

  it('gets the tenant id of the command line', async () => {
    const { document } = await importPool(GOOGLE, NO_MAPPINGS, '--tenant', 'orchard')
    expect(document.tenant).toBe('orchard')
  })

  // As of CloudWatch RUM, whose pages have no users.
  it('with nothing but guests has no issuers and no rules', async () => {
    const { document } = await importPool(
      { ...GOOGLE, AllowUnauthenticatedIdentities: true, SupportedLoginProviders: {} },
      NO_MAPPINGS,
    )
    expect(document).toMatchObject({ issuers: [], rules: [] })
    expect(Object.keys(document.grants)).toEqual(['guests'])
    expect(document.identityPools[0].logins).toBeUndefined()
  })

  it('with mappings of one user pool that differ gives nobody a role by them', async () => {
    const pool = { ...POOL, SupportedLoginProviders: {}, OpenIdConnectProviderARNs: [] }
    const mapping = (value: string) => ({
      Type: 'Rules',
      AmbiguousRoleResolution: 'Deny',
      RulesConfiguration: {
        Rules: [{ Claim: 'a', MatchType: 'Equals', Value: value, RoleARN: AUTHENTICATED }],
      },
    })
    const { document, stderr } = await importPool(pool, {
      ...ROLES,
      RoleMappings: { [`${USER_POOL}:one`]: mapping('1'), [`${USER_POOL}:two`]: mapping('2') },
    })
    expect(document.identityPools[0].roleMappings).toEqual({
      [USER_POOL]: { type: 'token', ambiguous: 'deny' },
    })
    expect(document.rules.map(({ when }: { when: string }) => when)).toEqual([
      'identity.provider in ["login.orchard.game"]',
    ])
    expect(stderr).toContain(`the role mappings of ${USER_POOL}, which differ`)
  })

  it('names a field that it does not know', async () => {
    const { stderr } = await importPool({ ...GOOGLE, NewThing: {} }, NO_MAPPINGS)
    expect(stderr).toContain('NewThing: this program does not know this field')
  })
})

describe('refuses', () => {
  it.each<[string, unknown, unknown, string]>([
    ['a file without JSON', 'not JSON', ROLES, 'expected a JSON object; write the output of "aws'],
    ['a pool without an id', {}, ROLES, 'IdentityPoolId is missing: expected text'],
    [
      'a field of another type',
      { ...POOL, CognitoIdentityProviders: {} },
      ROLES,
      'CognitoIdentityProviders is not valid: expected a list of objects',
    ],
    [
      'the roles of another pool',
      POOL,
      { ...ROLES, IdentityPoolId: 'eu-central-1:other' },
      'it is of the pool eu-central-1:other: expected that of eu-central-1:0f7c1a52-9a54',
    ],
    ['a pool without roles', POOL, { IdentityPoolId: POOL.IdentityPoolId }, 'gives no role'],
    [
      'a mapping of an unknown type',
      POOL,
      { ...ROLES, RoleMappings: { 'accounts.google.com': { Type: 'Magic' } } },
      'accounts.google.com: found Magic: expected one of Token, Rules',
    ],
  ])('%s', async (_, pool, roles, message) => {
    const { code, stdout, stderr } = await importPool(pool, roles)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('a call without files', async () => {
    const { code, stderr } = await runHere(['pool', 'import'])
    expect(code).toBe(1)
    expect(stderr).toContain('--pool is missing: expected a file')
  })
})
