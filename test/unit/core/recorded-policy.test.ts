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

describe('reads the values of slots', () => {
  const SCOPE = {
    ...{ claims: {}, issuer: 'https://id.example' },
    request: { ip: '192.0.2.7', endpoint: 'native' },
  }
  const resource = 'arn:aws:s3:::t/{{team}}/{{user}}/*'
  const NOTHING = { sessionTags: {}, scope: SCOPE }

  /** What is found for the policy with this resource, in a grant with these labels. */
  function findResource(
    wanted: string,
    labels: object,
    session: Partial<RecordedSession>,
    statements: readonly object[] = [{ ...TEAM, Resource: resource }],
  ) {
    const compiled = compileTenants([
      {
        file: 'acme.json',
        text: JSON.stringify({
          tenant: 'acme',
          issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
          attributes: Object.fromEntries(
            ['user', 'team', 'unit', 'site'].map((name) => [name, { from: `claims.${name}` }]),
          ),
          rules: [{ name: 'everybody', grant: 'work' }],
          grants: {
            work: { role: 'arn:aws:iam::111122223333:role/work', ...labels, policy: statements },
          },
        }),
      },
    ])
    expect(compiled.errors).toEqual([])
    const [found] = compiled.tenants
    const policy = { Version: '2012-10-17', Statement: [{ ...TEAM, Resource: wanted }] }
    return findRecordedPolicy(found as CompiledTenant, found?.grants.work as CompiledGrant, {
      ...NOTHING,
      policySha256: sha256Hex(JSON.stringify(policy)),
      ...session,
    })?.map((one) => one.Resource)
  }

  const wanted = 'arn:aws:s3:::t/red/alice/*'

  it('of the session name, without its digest', () => {
    const labels = { sessionName: '{{team}}@{{user}}' }
    const found = findResource(wanted, labels, { roleSessionName: 'red@alice-5mqlvsw63hoamyug' })
    expect(found).toEqual([wanted])
  })

  it('of the source identity, without its digest', () => {
    const labels = { sessionName: 'all', sourceIdentity: '{{team}}@{{user}}' }
    const sourceIdentity = 'red@alice-5mqlvsw63hoamyug'
    expect(findResource(wanted, labels, { sourceIdentity })).toEqual([wanted])
  })

  it('removes only the digest at the end, which has 16 characters', () => {
    const labels = { sessionName: '{{team}}@{{user}}' }
    const inside = 'arn:aws:s3:::t/red/alice-abcdefghijklmnop-x/*'
    const roleSessionName = 'red@alice-abcdefghijklmnop-x-5mqlvsw63hoamyug'
    expect(findResource(inside, labels, { roleSessionName })).toEqual([inside])
    const short = 'arn:aws:s3:::t/red/alice-abcdefghijklmno/*'
    const withShort = { roleSessionName: 'red@alice-abcdefghijklmno' }
    expect(findResource(short, labels, withShort)).toEqual([short])
  })

  it('of several labels, in all combinations', () => {
    const labels = { sessionName: '{{user}}', sessionTags: { Team: '{{team}}', Login: '{{user}}' } }
    const session = {
      ...{ roleSessionName: 'bob-5mqlvsw63hoamyug' },
      sessionTags: { Team: 'red', Login: 'alice' },
    }
    expect(findResource(wanted, labels, session)).toEqual([wanted])
  })

  it('with the shortest and with the longest text of a slot', () => {
    const labels = { sessionName: '{{team}}-{{user}}' }
    const longest = 'arn:aws:s3:::t/a-b/c/*'
    const shortest = 'arn:aws:s3:::t/a/b-c/*'
    const session = { roleSessionName: 'a-b-c-5mqlvsw63hoamyug' }
    expect(findResource(longest, labels, session)).toEqual([longest])
    expect(findResource(shortest, labels, session)).toEqual([shortest])
  })

  it('of three slots in one template, and not of four', () => {
    const three = { sessionName: '{{team}}={{user}}={{unit}}' }
    const session = { roleSessionName: 'red=alice=u-5mqlvsw63hoamyug' }
    expect(findResource(wanted, three, session)).toEqual([wanted])
    const four = { sessionName: '{{team}}={{user}}={{unit}}={{site}}' }
    const another = { roleSessionName: 'red=alice=u=s-5mqlvsw63hoamyug' }
    expect(findResource(wanted, four, another)).toBeUndefined()
  })

  it('of no label that the record does not have, or whose other parts differ', () => {
    const labels = { sessionName: 'all', sessionTags: { Team: 'x-{{team}}', Login: '{{user}}' } }
    expect(findResource(wanted, labels, {})).toBeUndefined()
    const sessionTags = { Team: 'y-red', Login: 'alice' }
    expect(findResource(wanted, labels, { sessionTags })).toBeUndefined()
    const tags = { Team: 'x-red', Login: 'alice' }
    expect(findResource(wanted, labels, { sessionTags: tags })).toEqual([wanted])
  })

  it('where a statement has no Sid, and an Allow can be left out', () => {
    const labels = { sessionName: '{{user}}', sessionTags: { Team: '{{team}}' } }
    const session = { roleSessionName: 'alice-5mqlvsw63hoamyug', sessionTags: { Team: 'red' } }
    const { Sid: _, ...withoutSid } = READ
    const statements = [{ ...TEAM, Resource: resource }, withoutSid]
    expect(findResource(wanted, labels, session, statements)).toEqual([wanted])
  })
})

it('tries at most 256 choices of statements', () => {
  const names = Array.from({ length: 10 }, (_, at) => `S${at}`)
  const statements = names.map((name) =>
    statement(name, 'Allow', 's3:GetObject', `arn:aws:s3:::${name}/*`),
  )
  const many = { ...grant, sessionName: 'all', sessionTags: {}, statements }
  const findChosen = (chosen: readonly string[]) => {
    const kept = statements.filter(({ Sid }) => chosen.includes(String(Sid)))
    const policy = { Version: '2012-10-17', Statement: kept }
    return findRecordedPolicy(tenant, many as CompiledGrant, {
      ...{ policySha256: sha256Hex(JSON.stringify(policy)), sessionTags: {} },
      scope: {
        ...{ claims: {}, issuer: 'https://id.example' },
        request: { ip: '192.0.2.7', endpoint: 'native' },
      },
    })?.length
  }
  expect(findChosen(names)).toBe(10)
  // The choices are counted in binary: the first eight statements are all in the 255th.
  expect(findChosen(names.slice(0, 8))).toBe(8)
  expect(findChosen(['S8'])).toBeUndefined()
})
