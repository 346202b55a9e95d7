/** The compile step: defaults of a valid document, all errors at once, and unique tenant ids. */
import { describe, expect, it } from 'vitest'
import {
  compileTenant,
  compileTenants,
  formatError,
} from '../../../packages/core/src/document/index.ts'
import { EXAMPLE, errorsAfter, RESOURCE, ROLE, VERIFY } from './example-document.ts'

describe('a valid document', () => {
  it('compiles, with its defaults filled in', () => {
    const { tenant, errors } = compileTenant(EXAMPLE, 'acme.yaml')
    expect(errors).toEqual([])
    expect(tenant?.issuers[0]).toEqual({
      profile: {
        issuer: 'https://id.acme.example',
        keys: { from: 'discovery' },
        algorithms: ['RS256', 'ES256'],
        types: ['jwt', 'at+jwt', 'jose'],
        maxTokenAgeSeconds: 86_400,
        clockToleranceSeconds: 30,
      },
      audiences: ['acme-mobile', 'acme-web'],
      authorizedParties: [],
      member: 'claims.org == "acme"',
      memberRequires: { claim: ['org'], value: 'acme' },
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
    const boundary = 'arn:aws:iam::111122223333:policy/tenant-boundary'
    const createRole = `createRole: true\n    permissionsBoundary: ${boundary}`
    const text = EXAMPLE.replace('duration: 1h', createRole).replace(
      "team: '{{team}}' }",
      "team: '{{team}}', user: '{{user}}' }",
    )
    const { tenant, errors } = compileTenant(text, 'acme.yaml')
    expect(errors).toEqual([])
    expect(tenant?.grants.reports?.permissionsBoundaryArn).toBe(boundary)
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
    const text = JSON.stringify({
      tenant: 'a',
      issuers: [{ issuer: 'https://a.example', audiences: ['x'] }],
      rules: [{ name: 'r', grant: 'g' }],
      grants: { g: { role: ROLE } },
    })
    expect(compileTenant(text, 'a.json').errors).toEqual([])
  })
})

describe('an invalid document', () => {
  it('gets all its errors at once, each with its line', () => {
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

  it('is one with managed policies and no statement, or with a duplicate issuer', () => {
    const text = `tenant: a
issuers:
  - { issuer: 'https://a.example', audiences: [x] }
  - { issuer: 'https://a.example', audiences: [y] }
rules: [{ name: r, grant: g }]
grants: { g: { role: '${ROLE}', managedPolicies: ['arn:aws:iam::aws:policy/A'] } }
`
    expect(compileTenant(text, 'a.yaml').errors.map(({ path }) => path)).toEqual([
      'issuers[1].issuer',
      'grants.g.policy',
    ])
  })

  it('is one with the tenant id of another file', () => {
    const { tenants, errors } = compileTenants([
      { file: 'a.yaml', text: EXAMPLE },
      { file: 'b.yaml', text: EXAMPLE },
    ])
    expect(tenants).toHaveLength(1)
    expect(errors.map(formatError)).toEqual([
      'b.yaml:1:9 tenant: the tenant id acme is already used in a.yaml; ' +
        'give each tenant its own id',
    ])
  })
})
