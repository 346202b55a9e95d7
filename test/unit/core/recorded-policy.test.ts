/** The session policy of an earlier session, found by the digest that was recorded. */
import type { CompiledGrant, CompiledTenant, PolicyStatement } from '@token-broker/core'
import { compileTenants } from '@token-broker/core/document'
import { findRecordedPolicy, type RecordedSession } from '@token-broker/core/recorded-policy'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../packages/core/src/model/digest.ts'

const DOCUMENT = `
tenant: acme
issuers:
  - { issuer: 'https://id.example', audiences: [app] }
attributes:
  user: { from: claims.sub }
  team: { from: claims.team }
rules:
  - { name: everybody, grant: work }
grants:
  work:
    role: arn:aws:iam::111122223333:role/work
    sessionName: '{{user}}'
    sessionTags: { Team: 'team-{{team}}' }
    policy:
      - { Sid: Read, Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::u/{{user}}/*' }
      - { Sid: Team, Effect: Allow, Action: s3:PutObject,
          Resource: 'arn:aws:s3:::t/{{team}}/{{user}}/*' }
      - { Sid: Keep, Effect: Deny, Action: s3:DeleteObject, Resource: '*' }
`
const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text: DOCUMENT }])
const tenant = tenants[0] as CompiledTenant
const grant = tenant.grants.work as CompiledGrant

const READ = statement('Read', 'Allow', 's3:GetObject', 'arn:aws:s3:::u/alice/*')
const TEAM = statement('Team', 'Allow', 's3:PutObject', 'arn:aws:s3:::t/red/alice/*')
const KEEP = statement('Keep', 'Deny', 's3:DeleteObject', '*')

function statement(
  Sid: string,
  Effect: PolicyStatement['Effect'],
  Action: string,
  Resource: string,
): PolicyStatement {
  return { Sid, Effect, Action, Resource }
}

function find(statements: readonly PolicyStatement[], session: Partial<RecordedSession> = {}) {
  const policy = { Version: '2012-10-17', Statement: statements }
  return findRecordedPolicy(tenant, grant, {
    policySha256: sha256Hex(JSON.stringify(policy)),
    roleSessionName: 'alice-5mqlvsw63hoamyug',
    sessionTags: { Team: 'team-red' },
    scope: {
      claims: { sub: 'alice' },
      issuer: 'https://id.example',
      request: { ip: '192.0.2.7', endpoint: 'native' },
    },
    ...session,
  })
}

it('has a valid document', () => {
  expect(errors).toEqual([])
})

describe('finds the policy', () => {
  it('by the subject and a tag', () => {
    expect(find([READ, TEAM, KEEP])).toEqual([READ, TEAM, KEEP])
  })

  it('of a caller that requested one of the statements', () => {
    expect(find([TEAM, KEEP])).toEqual([TEAM, KEEP])
    expect(find([READ, KEEP])).toEqual([READ, KEEP])
  })

  it('by a recorded claim, where no tag has the value', () => {
    const scope = {
      ...{ claims: { sub: 'alice', team: 'red' }, issuer: 'https://id.example' },
      request: { ip: '192.0.2.7', endpoint: 'native' },
    }
    expect(find([READ, TEAM, KEEP], { sessionTags: {}, scope })).toEqual([READ, TEAM, KEEP])
  })
})

describe('finds none', () => {
  it('of another caller', () => {
    const other = { ...READ, Resource: 'arn:aws:s3:::u/bob/*' }
    expect(find([other, TEAM, KEEP])).toBeUndefined()
  })

  it('of the caller’s own', () => {
    expect(find([{ ...READ, Resource: 'arn:aws:s3:::u/alice/x' }])).toBeUndefined()
  })

  it('without a value that it needs', () => {
    expect(find([READ, TEAM, KEEP], { sessionTags: {} })).toBeUndefined()
  })

  it('with a value that no caller has', () => {
    const sessionTags = { Team: 'team-*' }
    const wide = { ...TEAM, Resource: 'arn:aws:s3:::t/*/alice/*' }
    expect(find([READ, wide, KEEP], { sessionTags })).toBeUndefined()
  })
})
