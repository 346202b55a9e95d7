/** The compile step: the design's example, its defaults, and every kind of error with its path and hint. */
import { describe, expect, it } from 'vitest'
import {
  compileTenant,
  compileTenants,
  formatError,
} from '../../../packages/core/src/document/index.ts'
import { EXAMPLE, errorsAfter } from './example-document.ts'

const RESOURCE = "'arn:aws:s3:::acme-data/{{team}}/{{user}}/*'"
const RESOURCE_PATH = 'grants.reports.policy[0].Resource'
const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const BOUNDARY = 'arn:aws:iam::111122223333:policy/tenant-boundary'
const VERIFY = '{ kind: jwt }'
const short = Buffer.alloc(128, 0xff).toString('base64url')

describe('a sound document', () => {
  it('compiles with its defaults filled in', () => {
    const { tenant, errors } = compileTenant(EXAMPLE, 'acme.yaml')
    expect(errors).toEqual([])
    expect(tenant?.issuers[0]).toEqual({
      profile: {
        issuer: 'https://id.acme.example',
        keys: { from: 'discovery' },
        algorithms: ['RS256', 'ES256'],
        types: ['jwt', 'at+jwt'],
        maxTokenAgeSeconds: 86_400,
        clockToleranceSeconds: 30,
      },
      audiences: ['acme-mobile', 'acme-web'],
      authorizedParties: [],
      member: 'claims.org == "acme"',
      prefetch: false,
    })
    expect(tenant?.attributes.team).toEqual({
      from: 'claims.team',
      pattern: '[a-z-]{1,32}',
      maxLength: 32,
      separators: '',
    })
    expect(tenant?.grants.reports?.durationSeconds).toBe(3600)
  })

  it('keeps the boundary of a role that the deployment creates', () => {
    const text = EXAMPLE.replace(
      'duration: 1h',
      `createRole: true\n    permissionsBoundary: ${BOUNDARY}`,
    )
    expect(compileTenant(text, 'acme.yaml').tenant?.grants.reports?.permissionsBoundaryArn).toBe(
      BOUNDARY,
    )
  })

  it.each([
    [ROLE, 'arn:aws:iam:::role/acme-app'],
    [VERIFY, '{ kind: jwt, jwksUri: "https://id.acme.example/keys?v=1" }'],
    ['https://id.acme.example', 'http://127.0.0.1:8788'],
    [RESOURCE, "'arn:aws:s3:::acme-data/${aws:username}/{{user}}${*}'"],
    ['duration: 1h', 'duration: 30m'],
  ])('compiles with %s as %s', (wanted, replacement) => {
    expect(errorsAfter(wanted, replacement)).toEqual([])
  })

  it('compiles as JSON', () => {
    const text =
      '{"tenant":"a","issuers":[{"issuer":"https://a.example","audiences":["x"]}],"rules":[{"name":"r","grant":"g"}],"grants":{"g":{"role":"arn:aws:iam::111122223333:role/r"}}}'
    expect(compileTenant(text, 'a.json').errors).toEqual([])
  })
})

describe('an error names its path and what to write', () => {
  it.each([
    [
      'webIdentity: minted',
      'releasedAudience: sts.amazonaws.com',
      'grants.reports.releasedAudience',
      'write an audience that only roles for released tokens trust',
    ],
    [
      'duration: 1h',
      'createRole: true',
      'grants.reports.permissionsBoundary',
      'write the ARN of a policy: arn:aws:iam::111122223333:policy/tenant-boundary',
    ],
    [
      'duration: 1h',
      'createRole: true\n    permissionsBoundary: arn:aws:iam::444455556666:policy/b',
      'grants.reports.permissionsBoundary',
      'take a policy of arn:aws:iam::111122223333:',
    ],
    [
      'duration: 1h',
      `permissionsBoundary: ${BOUNDARY}`,
      'grants.reports.permissionsBoundary',
      'write createRole: true',
    ],
    [
      'duration: 1h',
      `createRole: true\n    permissionsBoundary: ${BOUNDARY}\n    releasedAudience: acme-released`,
      'grants.reports.createRole',
      'make this role yourself',
    ],
    ['tenant: acme', 'tenant: Acme', 'tenant', 'must be lower-case'],
    ['tenant: acme', 'tenant: acme\nconstructor: {}', 'constructor', 'take another name'],
    ['tenant: acme', 'tenant: acme\n__proto__: {}', '__proto__', 'take another name'],
    [
      'tenant: acme',
      'tenant: acme\nallowedOrigins: [https://a.example/]',
      'allowedOrigins[0]',
      'https://app.acme',
    ],
    ['audiences: [', 'audience: [', 'issuers[0].audience', 'did you mean audiences?'],
    ['https://id.acme.example', 'http://id.acme.example', 'issuers[0].issuer', 'write https'],
    ['https://id.acme.example', 'https://u@id.acme.example', 'issuers[0].issuer', 'without user'],
    [
      VERIFY,
      '{ kind: jwt, jwksUri: https://a.example, keys: [{kty: OKP}] }',
      'issuers[0].verify',
      'keep one',
    ],
    [
      VERIFY,
      '{ kind: jwt, keys: [{kty: OKP, crv: Ed25519, x: a, d: b}] }',
      'issuers[0].verify.keys[0].d',
      'public',
    ],
    [
      VERIFY,
      `{ kind: jwt, keys: [{kty: RSA, e: AQAB, n: ${short}}] }`,
      'issuers[0].verify.keys[0]',
      '2048 bits',
    ],
    [
      VERIFY,
      '{ kind: jwt, keys: [{kty: EC, crv: Ed25519}] }',
      'issuers[0].verify.keys[0].crv',
      'P-256',
    ],
    ['[RS256, ES256]', '[HS256]', 'issuers[0].algorithms[0]', 'RS256'],
    ['maxTokenAge: 24h', 'clockTolerance: 61s', 'issuers[0].clockTolerance', 'to 1m'],
    ['maxTokenAge: 24h', 'maxTokenAge: 1d', 'issuers[0].maxTokenAge', '1h30m'],
    ['claims.org == "acme"', 'claims.org.matches("a")', 'issuers[0].member', 'CEL'],
    ['from: claims.sub', 'from: size(claims)', 'attributes.user.from', 'claims.sub'],
    ["'[a-z-]{1,32}'", "'([a-z]+)+'", 'attributes.team.pattern', 'separator'],
    ['grant: reports', 'grant: report', 'rules[0].grant', 'reports'],
    [ROLE, 'arn:aws:iam::1:role/x', 'grants.reports.role', 'arn:aws:iam::111122223333:role/name'],
    [' duration: 1h', ' duration: 5m', 'grants.reports.duration', '15m to 12h'],
    ['maxDuration: 1h', 'maxDuration: 30m', 'grants.reports.maxDuration', 'at least as long'],
    [
      'webIdentity: minted',
      'webIdentity: pass-through',
      'grants.reports.sessionTags',
      'webIdentity: minted',
    ],
    ["'{{team}}' }", "'{{nobody}}' }", 'grants.reports.sessionTags.team', 'user, team'],
    [
      'tenant: acme, team',
      "'aws:x': acme, team",
      'grants.reports.sessionTags["aws:x"]',
      'another prefix',
    ],
    ['tenant: acme, team', "tenant: 'a#b', team", 'grants.reports.sessionTags.tenant', 'letters'],
    [
      "'{{team}}' }",
      "'{{user}}/{{user}}' }",
      'grants.reports.sessionTags.team',
      'bound the attribute',
    ],
    [
      'webIdentity: minted',
      'transitiveTagKeys: [x]',
      'grants.reports.transitiveTagKeys[0]',
      'tenant, team',
    ],
    [
      'managedPolicies: []',
      'managedPolicies: [arn:aws-cn:iam::aws:policy/A]',
      'grants.reports.managedPolicies[0]',
      'aws',
    ],
    ['Sid: ListOwn', 'Sid: ReadReports', 'grants.reports.policy[1].Sid', 'once'],
    ['Sid: ListOwn', 'Sid: list-own', 'grants.reports.policy[1].Sid', 'letters and digits'],
    ['Sid: ListOwn', 'Principal: "*"', 'grants.reports.policy[1].Principal', 'leave it out'],
    [
      'Action: [s3:GetObject]',
      'NotAction: [s3:GetObject]',
      'grants.reports.policy[0].NotAction',
      'Action',
    ],
    [
      'Action: [s3:GetObject]',
      'Action: ["s3:{{user}}"]',
      'grants.reports.policy[0].Action[0]',
      'Resource',
    ],
    [
      'Action: [s3:GetObject]',
      'Action: [GetObject]',
      'grants.reports.policy[0].Action[0]',
      's3:GetObject',
    ],
    ['Action: [s3:GetObject]', '# none', 'grants.reports.policy[0]', 'write'],
    [RESOURCE, "'acme-data/x'", RESOURCE_PATH, 'arn:aws:s3'],
    [RESOURCE, "'arn:aws-cn:s3:::acme-data/x'", RESOURCE_PATH, 'arn:aws:'],
    [RESOURCE, "'arn:aws:s3:{{user}}::x'", RESOURCE_PATH, 'last part'],
    [RESOURCE, "'arn:aws:s3:::b/{{user'", RESOURCE_PATH, '{{attribute}}'],
    [RESOURCE, "'arn:aws:s3:::b/{{ }}'", RESOURCE_PATH, '{{attribute}}'],
    [RESOURCE, "'arn:aws:s3:::b/${aws:{{user}}}'", RESOURCE_PATH, 'slot cannot stand inside'],
    [RESOURCE, "'arn:aws:s3:::b/{{user}}*'", RESOURCE_PATH, '{{user}}/*'],
    [RESOURCE, "'arn:aws:s3:::b/*{{user}}'", RESOURCE_PATH, '*/{{user}}'],
    [RESOURCE, "'arn:aws:s3:::b/{{team}}{{user}}'", RESOURCE_PATH, '{{team}}/{{user}}'],
    [RESOURCE, "'arn:aws:s3:::b/{{team}}-{{user}}'", RESOURCE_PATH, '{{team}}/{{user}}'],
    [RESOURCE, "'arn:aws:s3:::b/\u0100'", RESOURCE_PATH, 'U+00FF'],
    [RESOURCE, `'arn:aws:s3:::b${'/{{user}}'.repeat(20)}'`, 'grants.reports.policy', 'bound user'],
  ])('%s as %s', (wanted, replacement, path, hint) => {
    const errors = errorsAfter(wanted, replacement)
    expect(
      errors.filter((error) => error.startsWith(`${path}|`) && error.includes(hint)),
    ).not.toEqual([])
  })

  it.each([
    ['tenant: acme\n', 'tenant: acme\ntenant: b\n', 'once'],
    ['tenant: acme\n', 'tenant: !x acme\n', 'tag'],
    ['managedPolicies: []\n', 'managedPolicies: []\n---\ntenant: b\n', 'one document'],
    ['[RS256, ES256]', '[RS256', 'brackets'],
    ['[acme-mobile, acme-web]', '[&a acme, *a]', 'write the value out'],
    ['tenant: acme', `tenant: acme # ${'x'.repeat(300_000)}`, 'several tenants'],
  ])('YAML: %s as %s', (wanted, replacement, hint) => {
    expect(errorsAfter(wanted, replacement).join('\n')).toContain(hint)
  })

  it('reports all at once, each with its line', () => {
    const text = EXAMPLE.replace('tenant: acme', 'tenant: ACME')
      .replace('s3:GetObject', 'nothing')
      .replace('kind: jwt', 'kind: no')
    const { tenant, errors } = compileTenant(text, 'acme.yaml')
    expect(tenant).toBeUndefined()
    expect(errors.map(({ path, line }) => [path, line])).toEqual([
      ['tenant', 1],
      ['issuers[0].verify.kind', 4],
      ['grants.reports.policy[0].Action[0]', 28],
    ])
  })

  it('refuses managed policies without a statement, and an issuer listed twice', () => {
    const text = `tenant: a
issuers: [{ issuer: 'https://a.example', audiences: [x] }, { issuer: 'https://a.example', audiences: [y] }]
rules: [{ name: r, grant: g }]
grants: { g: { role: 'arn:aws:iam::111122223333:role/r', managedPolicies: ['arn:aws:iam::aws:policy/A'] } }
`
    expect(compileTenant(text, 'a.yaml').errors.map(({ path }) => path)).toEqual([
      'issuers[1].issuer',
      'grants.g.policy',
    ])
  })

  it('refuses a tenant that two files define', () => {
    const { tenants, errors } = compileTenants([
      { file: 'a.yaml', text: EXAMPLE },
      { file: 'b.yaml', text: EXAMPLE },
    ])
    expect(tenants).toHaveLength(1)
    expect(errors.map(formatError)).toEqual([
      'b.yaml:1:1 tenant: the tenant acme is also in a.yaml; give each tenant an id of its own',
    ])
  })
})
