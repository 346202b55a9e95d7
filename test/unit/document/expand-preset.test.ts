/** How presets expand, which issuers belong to each, and what is reported of wrong settings. */
import { describe, expect, it } from 'vitest'
import { compareTenants, compileTenant } from '../../../packages/core/src/document/index.ts'
import { PRESETS } from '../../../packages/core/src/document/issuers/presets/all-presets.ts'
import { compiled, compilePreset, presetDocument, presetErrors } from './preset-documents.ts'

const GUID = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const POOL = 'eu-central-1_Abc123xyz'
const OWNER = 'claims.repository_owner_id == "65"'

/** Issuers of each preset. The first is the default, if one is a name. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  google: ['https://accounts.google.com', 'accounts.google.com'],
  apple: ['https://appleid.apple.com'],
  'facebook-limited-login': ['https://www.facebook.com', 'https://limited.facebook.com'],
  'cognito-user-pool': [
    `https://cognito-idp.eu-central-1.amazonaws.com/${POOL}`,
    `https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Abc123xyz`,
    'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Abc123xyz',
  ],
  entra: [
    `https://login.microsoftonline.com/${GUID}/v2.0`,
    `https://login.microsoftonline.us/${GUID}/v2.0`,
    `https://login.partner.microsoftonline.cn/${GUID}/v2.0`,
    `https://${GUID}.ciamlogin.com/${GUID}/v2.0`,
    `https://sts.windows.net/${GUID}/`,
    `https://sts.chinacloudapi.cn/${GUID}/`,
  ],
  okta: [
    'https://acme.okta.com/oauth2/default',
    'https://login.acme.example/oauth2/aus1a2b3c4D5e6F7g8h9',
    'https://acme.okta.com',
  ],
  auth0: ['https://acme.eu.auth0.com/', 'https://login.acme.example/'],
  keycloak: [
    'https://id.acme.example/realms/staff',
    'https://id.acme.example:8443/auth/realms/My%20Realm',
    'http://localhost:8080/realms/staff',
  ],
  firebase: ['https://securetoken.google.com/acme-files'],
  'github-actions': [
    'https://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/octo-enterprise',
    'https://token.actions.octocorp.ghe.com',
    'https://token.actions.octocorp.ghe.com/octocorp',
    'https://github.acme.example/_services/token',
  ],
  gitlab: ['https://gitlab.com', 'https://gitlab.acme.example', 'https://acme.example/gitlab'],
  circleci: [`https://oidc.circleci.com/org/${GUID}`],
  buildkite: ['https://agent.buildkite.com'],
  bitbucket: ['https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'],
  kubernetes: [
    'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    'https://kubernetes.default.svc.cluster.local',
  ],
  spiffe: ['https://oidc.acme.example'],
  'cloudflare-access': ['https://acme.cloudflareaccess.com'],
  'aws-web-identity': [`https://${GUID}.tokens.sts.global.api.aws`],
}

/** Their issuers have any name. */
const OPEN_KINDS = ['kubernetes', 'spiffe']

it('has a case for every preset', () => {
  expect(Object.keys(NAMES).toSorted()).toEqual(PRESETS.map(({ kind }) => kind).toSorted())
})

describe.each(Object.entries(NAMES))('%s', (kind, names) => {
  const needsMember = (issuer: string | undefined) =>
    presetErrors({ issuer, verify: { kind } }).some((error) => error.includes('].member: '))
  const member = (issuer: string | undefined) =>
    needsMember(issuer) ? { member: `${OWNER} && ${ownerOf(kind)} == "1"` } : {}

  it.each(names)('has the issuer %s', (issuer) => {
    expect(presetErrors({ issuer, verify: { kind }, ...member(issuer) })).toEqual([])
    expect(compiled({ issuer, verify: { kind }, ...member(issuer) }).profile.issuer).toBe(issuer)
  })

  const patterns = OPEN_KINDS.includes(kind) ? [] : names
  it.each(patterns)('has no issuer that only contains %s', (issuer) => {
    for (const other of [`https://evil.example/${issuer}`, `${issuer}?x`, `${issuer}/x y`])
      expect(presetErrors({ issuer: other, verify: { kind } })).toContainEqual(
        expect.stringContaining(`is not the name of an issuer of ${kind}`),
      )
  })

  it('needs no issuer where the first one is fixed, and says what to write otherwise', () => {
    const preset = PRESETS.find((one) => one.kind === kind)
    const [form] = preset?.forms ?? []
    if (typeof form?.issuer === 'string')
      expect(compiled({ verify: { kind }, ...member(undefined) }).profile.issuer).toBe(names[0])
    else
      expect(presetErrors({ verify: { kind } })).toEqual([
        `issuers[0].issuer: the issuer is missing; ${preset?.issuerHint}`,
      ])
  })
})

describe('an issuer of another kind', () => {
  it.each([undefined, { kind: 'jwt' }])('needs a name: %o', (verify) => {
    expect(presetErrors({ verify })).toEqual([
      'issuers[0].issuer: the issuer is missing; write the iss of the tokens: ' +
        'https://id.acme.example',
    ])
  })

  it('of an unknown kind is refused with a list of all', () => {
    const [error] = presetErrors({ issuer: 'https://id.example', verify: { kind: 'gogle' } })
    expect(error).toContain('issuers[0].verify.kind: the value is not allowed; ')
    for (const { kind } of PRESETS) expect(error).toContain(` ${kind}`)
  })
})

describe('what a preset states', () => {
  const entra = `https://login.microsoftonline.com/${GUID}/v2.0`

  it.each([
    ['google', undefined, { keys: { from: 'discovery' }, algorithms: ['RS256'] }],
    [
      'google',
      'accounts.google.com',
      { keys: { from: 'jwksUri', jwksUri: 'https://www.googleapis.com/oauth2/v3/certs' } },
    ],
    [
      'cloudflare-access',
      'https://acme.cloudflareaccess.com',
      {
        keys: {
          from: 'jwksUri',
          jwksUri: 'https://acme.cloudflareaccess.com/cdn-cgi/access/certs',
        },
      },
    ],
    [
      'firebase',
      'https://securetoken.google.com/acme-files',
      {
        keys: {
          from: 'jwksUri',
          jwksUri:
            'https://www.googleapis.com/service_accounts/v1/jwk/' +
            'securetoken@system.gserviceaccount.com',
        },
      },
    ],
    [
      'cognito-user-pool',
      `https://cognito-idp.eu-central-1.amazonaws.com/${POOL}`,
      { audienceFallback: 'client_id' },
    ],
    ['entra', entra, { subject: ['oid'] }],
    [
      'entra',
      `https://sts.windows.net/${GUID}/`,
      { subject: ['oid'], authorizedPartyClaim: 'appid' },
    ],
    [
      'okta',
      'https://acme.okta.com/oauth2/default',
      { subject: ['uid'], authorizedPartyClaim: 'cid' },
    ],
    [
      'bitbucket',
      'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
      { subject: ['repositoryUuid'] },
    ],
    [
      'aws-web-identity',
      `https://${GUID}.tokens.sts.global.api.aws`,
      { algorithms: ['ES384', 'RS256'] },
    ],
  ])('%s with %s is verified with %o', (kind, issuer, profile) => {
    expect(compiled({ issuer, verify: { kind } }).profile).toMatchObject(profile)
  })

  it('is nothing that the running broker knows: the same settings with jwt compile alike', () => {
    const settings = { issuer: entra, algorithms: ['RS256'], subject: 'claims.oid' }
    const [before, after] = [{ kind: 'jwt' }, { kind: 'entra' }].map((verify) => {
      const { tenant } = compilePreset({ ...settings, verify })
      return tenant ? [tenant] : []
    })
    expect(before).toHaveLength(1)
    expect(compareTenants(before ?? [], after ?? [])).toEqual([])
  })

  it.each([
    ['types', ['jwt']],
    ['audienceFallback', 'client_id'],
    ['authorizedPartyClaim', 'azp'],
  ])('cannot be stated by the document: %s', (field, value) => {
    for (const kind of ['google', 'keycloak']) {
      const issuer = NAMES[kind]?.[0]
      expect(presetErrors({ issuer, verify: { kind }, [field]: value })).toEqual([
        `issuers[0].${field}: ${field} is stated by verify.kind: ${kind}; remove ${field}; to ` +
          'state it yourself, write verify.kind: jwt',
      ])
    }
  })

  it('can be narrowed to some of its algorithms', () => {
    const settings = { issuer: NAMES.keycloak?.[0], verify: { kind: 'keycloak' } }
    expect(compiled({ ...settings, algorithms: ['ES256'] }).profile.algorithms).toEqual(['ES256'])
    expect(presetErrors({ verify: { kind: 'google' }, algorithms: ['RS256', 'ES256'] })).toEqual([
      'issuers[0].algorithms[1]: tokens of google are not signed with ES256; remove it, or write ' +
        'some of: RS256',
    ])
  })

  it('leaves the caller’s claim to the document, as all other fields', () => {
    const settings = { authorizedParties: ['web'], maxTokenAge: '1h', subject: 'claims.sub' }
    const issuer = compiled({ issuer: entra, verify: { kind: 'entra' }, ...settings })
    expect(issuer.authorizedParties).toEqual(['web'])
    expect(issuer.profile.maxTokenAgeSeconds).toBe(3600)
    expect(issuer.profile).not.toHaveProperty('subject')
  })
})

describe('keys', () => {
  const KEYS = [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }]

  it.each(['gitlab', 'keycloak', 'kubernetes', 'spiffe'])(
    'of %s, which operators run themselves, may be in the document',
    (kind) => {
      const issuer = NAMES[kind]?.[1] ?? NAMES[kind]?.[0]
      const direct = { kind, jwksUri: 'https://10.example/jwks' }
      expect(compiled({ issuer, verify: direct }).profile.keys).toEqual({
        from: 'jwksUri',
        jwksUri: 'https://10.example/jwks',
      })
      const { profile } = compiled({ issuer, verify: { kind, keys: KEYS } })
      expect(profile.keys).toMatchObject({ from: 'inline' })
    },
  )

  it('make any name possible for clusters', () => {
    const issuer = 'kubernetes/serviceaccount'
    expect(compiled({ issuer, verify: { kind: 'kubernetes', keys: KEYS } }).profile.issuer).toBe(
      issuer,
    )
    expect(presetErrors({ issuer, verify: { kind: 'kubernetes' } })).toEqual([
      expect.stringContaining('needs verify.jwksUri or verify.keys'),
    ])
  })

  it.each([
    { kind: 'google', jwksUri: 'https://evil.example/jwks' },
    { kind: 'google', keys: KEYS },
  ])('of other providers are never the document’s: %o', (verify) => {
    const [, field] = Object.keys(verify)
    expect(presetErrors({ verify })).toEqual([
      `issuers[0].verify.${field}: unknown field ${field} in verify; remove it, or ` +
        'write another kind: this one does not have it',
    ])
  })
})

describe('Google’s two names', () => {
  const both = [
    { verify: { kind: 'google' }, audiences: ['app'] },
    { issuer: 'accounts.google.com', verify: { kind: 'google' }, audiences: ['app'] },
  ]
  const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/{{u}}/*' }]
  const grants = { read: { role: 'arn:aws:iam::111122223333:role/app', policy } }
  const compileBoth = (attribute: object) =>
    compileTenant(
      presetDocument({}, { issuers: both, grants, attributes: { u: attribute } }),
      'acme.json',
    )

  it('are two issuers, so the document must say that they have the same users', () => {
    expect(compileBoth({ from: 'claims.sub' }).errors).not.toEqual([])
    const { tenant, errors } = compileBoth({ from: 'claims.sub', acrossIssuers: true })
    expect(errors).toEqual([])
    expect(tenant?.issuers.map(({ profile }) => profile.issuer)).toEqual(NAMES.google)
  })
})

function ownerOf(kind: string): string {
  return kind === 'buildkite' ? 'claims.organization_id' : 'claims.namespace_id'
}
