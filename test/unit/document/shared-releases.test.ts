/** A grant that releases its token shares neither its role nor its audience with another grant. */
import { describe, expect, it } from 'vitest'
import { compileTenant, compileTenants } from '../../../packages/core/src/document/index.ts'
import { findSharedReleases } from '../../../packages/core/src/document/shared-releases.ts'

const ROLE = 'arn:aws:iam::111122223333:role/'

interface Grant {
  readonly role: string
  readonly releasedAudience?: string
  readonly webIdentity?: string
}

function compile(grants: Readonly<Record<string, Grant>>, tenant = 'acme') {
  const document = {
    tenant,
    issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
    rules: [{ name: 'all', grant: Object.keys(grants)[0] }],
    grants,
  }
  return compileTenant(JSON.stringify(document), `${tenant}.json`)
}

const pathsOf = (grants: Readonly<Record<string, Grant>>) =>
  compile(grants).errors.map(({ path }) => path)

const RELEASING = { role: `${ROLE}visitor`, releasedAudience: 'acme-released' }

describe('within a document', () => {
  it('an audience that two grants release is an error of both', () => {
    const grower = { ...RELEASING, role: `${ROLE}grower` }
    const { errors } = compile({ visitor: RELEASING, grower })
    expect(errors).toMatchObject([
      {
        path: 'grants.visitor.releasedAudience',
        message:
          'the grant grower has the same releasedAudience, so a role may trust the tokens of both',
        hint: 'write an audience of its own for each, such as acme-visitor-released',
      },
      { path: 'grants.grower.releasedAudience' },
    ])
  })

  it.each([
    ['minted', {}],
    ['passed through', { webIdentity: 'pass-through' }],
    ['also released', { releasedAudience: 'other-released' }],
  ])('the role of a releasing grant is an error for another grant that is %s', (_name, more) => {
    const { errors } = compile({ visitor: RELEASING, other: { role: `${ROLE}visitor`, ...more } })
    expect(errors[0]).toMatchObject({
      path: 'grants.visitor.role',
      message: expect.stringContaining('the grant other has the same role'),
      hint: 'give the grant that releases its token a role of its own',
    })
    expect(errors).toHaveLength('releasedAudience' in more ? 2 : 1)
  })

  it('names of roles that differ only in case are the same role', () => {
    expect(pathsOf({ visitor: RELEASING, other: { role: `${ROLE}Visitor` } })).toEqual([
      'grants.visitor.role',
    ])
  })

  it('accepts grants that share a role and release nothing, and one that shares nothing', () => {
    const app = { role: `${ROLE}app` }
    expect(pathsOf({ visitor: RELEASING, one: app, two: app })).toEqual([])
    const own = { role: `${ROLE}grower`, releasedAudience: 'grower-released' }
    expect(pathsOf({ visitor: RELEASING, grower: own })).toEqual([])
  })
})

describe('across tenants', () => {
  const tenantOf = (tenant: string, grant: Grant) => {
    const { tenant: compiled } = compile({ read: grant }, tenant)
    if (!compiled) throw new Error(`${tenant} does not compile`)
    return compiled
  }

  it('finds a shared role and a shared audience, under the same name of a grant too', () => {
    const acme = tenantOf('acme', RELEASING)
    const role = tenantOf('beta', { role: RELEASING.role })
    const audience = tenantOf('gamma', { ...RELEASING, role: `${ROLE}gamma` })
    const found = { tenant: 'acme', grant: 'read', otherGrant: 'read' }
    expect(findSharedReleases([acme, role])).toEqual([
      { ...found, field: 'role', otherTenant: 'beta' },
    ])
    expect(findSharedReleases([acme, audience])).toEqual([
      { ...found, field: 'releasedAudience', otherTenant: 'gamma' },
      { ...found, tenant: 'gamma', field: 'releasedAudience', otherTenant: 'acme' },
    ])
  })

  it('is an error of the document that releases, with its place', () => {
    const text = (tenant: string, grant: string) => `tenant: ${tenant}
issuers: [{ issuer: 'https://${tenant}.example', audiences: [app] }]
rules: [{ name: all, grant: read }]
grants:
  read: ${grant}
`
    const files = [
      { file: 'beta.yaml', text: text('beta', `{ role: '${ROLE}visitor' }`) },
      {
        file: 'acme.yaml',
        text: text('acme', `{ role: '${ROLE}visitor', releasedAudience: acme-released }`),
      },
    ]
    expect(compileTenants(files).errors).toMatchObject([
      {
        file: 'acme.yaml',
        line: 5,
        path: 'grants.read.role',
        message: expect.stringContaining('the grant read of tenant beta has the same role'),
      },
    ])
    expect(compileTenants(files.slice(0, 1)).errors).toEqual([])
  })

  it('finds nothing where tenants share nothing, or only what is not released', () => {
    const own = tenantOf('beta', { role: `${ROLE}beta`, releasedAudience: 'beta-released' })
    expect(findSharedReleases([tenantOf('acme', RELEASING), own])).toEqual([])
    const shared = { role: `${ROLE}app` }
    expect(findSharedReleases([tenantOf('acme', shared), tenantOf('beta', shared)])).toEqual([])
  })
})
