/** Differences of a role's trust policy from the one that it needs, and what follows from them. */
import { compileTenant } from '@token-broker/core/document'
import { type TrustPolicy, trustPolicies } from '@token-broker/core/trust-policy'
import { compareTrustPolicies } from '@token-broker/core/trust-policy-differences'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTrustRefusal } from '../../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { PROPERTY_RUNS } from '../../fixtures/property-runs.ts'

const ISSUER = 'https://broker.example'
const ACCOUNT = '111122223333'
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/broker.example`
const NEEDED = neededPolicy({ sessionTags: { tenant: 'acme', team: '{{team}}' } })
const WITH_SOURCE = neededPolicy({ sourceIdentity: '{{team}}' })

function neededPolicy(grant: object): TrustPolicy {
  const { tenant, errors } = compileTenant(
    JSON.stringify({
      tenant: 'acme',
      issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
      attributes: { team: { from: 'claims.team', pattern: '[a-z]{1,9}' } },
      rules: [{ name: 'all', grant: 'files' }],
      grants: {
        files: {
          role: `arn:aws:iam::${ACCOUNT}:role/files`,
          policy: [
            { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::d/{{team}}/*' },
          ],
          ...grant,
        },
      },
    }),
    'acme.json',
  )
  expect(errors).toEqual([])
  const [policy] = Object.values(tenant ? trustPolicies([tenant], ISSUER) : {})
  if (policy === undefined) throw new Error('There is no role.')
  return policy
}

/** A copy of the needed policy, whose first statement is changed. */
function changed(change: (statement: Statement) => void, needed = NEEDED): unknown {
  const copy = structuredClone(needed) as unknown as { Statement: Statement[] }
  for (const statement of copy.Statement.slice(0, 1)) change(statement)
  return copy
}

interface Statement {
  Effect: string
  Principal: Record<string, unknown>
  Action: string | string[]
  Condition: Record<string, Record<string, unknown>>
}

const found = (existing: unknown, needed = NEEDED) => compareTrustPolicies(needed, existing)

describe('no difference', () => {
  it.each<[string, unknown]>([
    ['is between a policy and itself', NEEDED],
    ['is the order of members and of values', JSON.parse(JSON.stringify(reversed(NEEDED)))],
    ['is one statement instead of a list', { ...NEEDED, Statement: NEEDED.Statement[0] }],
    [
      'is StringLike without wildcards',
      changed(({ Condition }) => {
        Condition.StringLike = { ...Condition.StringLike, ...Condition.StringEquals }
        delete Condition.StringEquals
      }),
    ],
    [
      'is the case of keys and actions',
      changed((statement) => {
        statement.Action = ['STS:assumerolewithwebidentity', 'sts:tagsession']
        statement.Condition = JSON.parse(
          JSON.stringify(statement.Condition).replaceAll('aws:RequestTag', 'AWS:requesttag'),
        )
      }),
    ],
    [
      'are values that others contain',
      changed(({ Condition }) => {
        Condition.StringLike = {
          ...Condition.StringLike,
          'broker.example:sub': ['acme/files/*', 'acme/files/?*'],
        }
      }),
    ],
  ])('%s', (_, existing) => {
    expect(found(existing)).toEqual([])
  })
})

describe('a difference', () => {
  it.each<[string, (statement: Statement) => void, string, string]>([
    [
      'is a missing subject',
      ({ Condition }) => void delete Condition.StringLike?.['broker.example:sub'],
      'too-wide',
      'every grant of every tenant of the broker',
    ],
    [
      'is a wider subject, with a shortest example',
      ({ Condition }) => set(Condition, 'StringLike', 'broker.example:sub', 'acme/*'),
      'too-wide',
      'tokens with broker.example:sub acme/ can assume the role too',
    ],
    [
      'is the subject of another grant',
      ({ Condition }) => set(Condition, 'StringLike', 'broker.example:sub', 'acme/other/*'),
      'refuses',
      'STS refuses tokens with broker.example:sub acme/files/',
    ],
    [
      'is a missing audience',
      ({ Condition }) => void delete Condition.StringEquals?.['broker.example:aud'],
      'too-wide',
      'for every audience',
    ],
    [
      'is a wildcard that is only a character',
      ({ Condition }) => {
        delete Condition.StringLike?.['broker.example:sub']
        set(Condition, 'StringEquals', 'broker.example:sub', 'acme/files/*')
      },
      'refuses',
      'STS refuses tokens with broker.example:sub acme/files/',
    ],
    [
      'is a missing tag',
      ({ Condition }) => void delete Condition.StringEquals?.['aws:RequestTag/tenant'],
      'too-wide',
      'tokens without the tag tenant, or with another value',
    ],
    [
      'is a condition of its keys that is missing',
      ({ Condition }) => void delete Condition['ForAllValues:StringEquals'],
      'too-wide',
      'tokens with further tags',
    ],
    [
      'is an action that is missing',
      (statement) => {
        statement.Action = 'sts:AssumeRoleWithWebIdentity'
      },
      'refuses',
      'STS refuses tokens with session tags',
    ],
    [
      'is another provider',
      ({ Principal }) => {
        Principal.Federated = PROVIDER.replace('broker.', 'other.')
      },
      'refuses',
      'the role trusts arn:aws:iam::111122223333:oidc-provider/other.example',
    ],
    [
      'is a condition that is not needed',
      ({ Condition }) => set(Condition, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8'),
      'refuses',
      'STS refuses tokens that do not meet it',
    ],
    [
      'is a policy variable, which may be any text',
      ({ Condition }) =>
        set(Condition, 'StringLike', 'broker.example:sub', ['acme/files/*', '${aws:userid}']),
      'too-wide',
      'tokens with broker.example:sub ${aws:userid} can assume the role too',
    ],
    [
      'is a list of values with too many wildcards to compare',
      ({ Condition }) =>
        set(Condition, 'StringLike', 'broker.example:sub', [
          ...['acme/files/', 'acme/files/?*', `acme/files/*a${'?'.repeat(18)}`],
        ]),
      'unknown',
      'too many wildcards to compare',
    ],
    [
      'is an operator that cannot be compared',
      ({ Condition }) => {
        delete Condition.StringLike?.['broker.example:sub']
        set(Condition, 'StringNotLike', 'broker.example:sub', 'other/*')
      },
      'unknown',
      'use the operator that is expected',
    ],
  ])('%s', (_, change, kind, effect) => {
    expect(found(changed(change))).toContainEqual({
      kind,
      what: expect.any(String),
      effect: expect.stringContaining(effect),
    })
  })

  it('names the operator that is expected, where it is another one', () => {
    const exact = changed(({ Condition }) => {
      delete Condition.StringLike?.['broker.example:sub']
      set(Condition, 'StringEquals', 'broker.example:sub', 'acme/files/*')
    })
    expect(found(exact)[0]?.what).toContain('expected StringLike acme/files/*')
    const other = changed(({ Condition }) =>
      set(Condition, 'StringLike', 'broker.example:sub', 'acme/other/*'),
    )
    expect(found(other)[0]?.what).toContain('expected acme/files/*')
  })

  it('is a Deny, whose principal the role does not trust', () => {
    const deny = (statement: Statement) => {
      statement.Effect = 'Deny'
    }
    const denied = found(changed(deny))
    expect(denied[0]?.what).toContain('no statement that allows has the principal')
    expect(denied[0]?.effect).not.toContain('the role trusts')
    expect(denied.at(-1)?.effect).toContain('no Deny is expected')
  })

  it('is another policy variable', () => {
    const withVariable = (name: string) =>
      changed(({ Condition }) => set(Condition, 'StringLike', 'broker.example:sub', name))
    const needed = withVariable('${aws:userid}') as TrustPolicy
    expect(found(withVariable('${aws:userid}'), needed)).toEqual([])
    const kinds = found(withVariable('${aws:username}'), needed).map(({ kind }) => kind)
    expect(kinds).toEqual(['refuses', 'too-wide'])
  })

  it('is a statement of the source identity that is missing', () => {
    const [assume] = WITH_SOURCE.Statement
    const existing = { ...WITH_SOURCE, Statement: [assume] }
    expect(found(existing, WITH_SOURCE)).toMatchObject([
      { kind: 'refuses', effect: 'STS refuses tokens with a source identity' },
    ])
  })

  it.each<[string, object, string]>([
    ['AWS', { AWS: `arn:aws:iam::${ACCOUNT}:root` }, 'too-wide'],
    ['Service', { Service: 'ec2.amazonaws.com' }, 'too-wide'],
  ])('is a further statement with the principal %s', (_, Principal, kind) => {
    const further = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
    const existing = { ...NEEDED, Statement: [...NEEDED.Statement, further] }
    expect(found(existing)).toMatchObject([{ kind, what: expect.stringContaining('AssumeRole') }])
    const denying = {
      ...existing,
      Statement: [...NEEDED.Statement, { ...further, Effect: 'Deny' }],
    }
    expect(found(denying)).toMatchObject([{ kind: 'unknown' }])
  })

  it.each([[undefined], ['text'], [{ Version: '2012-10-17' }], [{ Statement: ['x'] }]])(
    'is a document that is no policy: %j',
    (existing) => {
      expect(found(existing)).not.toEqual([])
    },
  )
})

const SUBJECTS = ['acme/files/abc', 'acme/files/', 'acme/other/x', 'other/files/x', 'acme/']
const VALUES = ['acme/files/*', 'acme/*', '*', 'acme/files/?*', 'acme', 'sts.amazonaws.com', 'x']

it('says nothing only where both policies trust the same tokens', () => {
  const values = fc.oneof(fc.constantFrom(...VALUES), fc.subarray(VALUES, { minLength: 1 }))
  const change = fc.record({
    operator: fc.constantFrom('StringEquals', 'StringLike', 'ForAllValues:StringEquals'),
    key: fc.constantFrom(
      ...['broker.example:sub', 'broker.example:aud', 'aws:RequestTag/tenant'],
      ...['aws:RequestTag/team', 'aws:TagKeys'],
    ),
    values: fc.option(values),
  })
  const claims = fc.record({
    issuer: fc.constant(ISSUER),
    audience: fc.constantFrom('sts.amazonaws.com', 'x', 'acme'),
    subject: fc.constantFrom(...SUBJECTS),
    amr: fc.constant([]),
    sessionTags: fc.dictionary(
      fc.constantFrom('tenant', 'team', 'more'),
      fc.constantFrom('acme', 'red', 'x'),
    ),
    transitiveTagKeys: fc.constant([]),
    sourceIdentity: fc.constant(undefined),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 2 }), claims, (changes, token) => {
      const existing = changed(({ Condition }) => {
        for (const { operator, key, values: given } of changes) {
          for (const keys of Object.values(Condition)) delete keys[key]
          if (given !== null) set(Condition, operator, key, given)
        }
      }) as TrustPolicy
      const accepts = (policy: TrustPolicy) =>
        findTrustRefusal(policy, ACCOUNT, token, 'session') === undefined
      const kinds = found(existing).map(({ kind }) => kind)
      if (accepts(NEEDED) && !accepts(existing))
        expect(kinds.filter((kind) => kind !== 'too-wide')).not.toEqual([])
      if (!accepts(NEEDED) && accepts(existing))
        expect(kinds.filter((kind) => kind !== 'refuses')).not.toEqual([])
    }),
    PROPERTY_RUNS,
  )
})

function set(conditions: Statement['Condition'], operator: string, key: string, value: unknown) {
  conditions[operator] = { ...conditions[operator], [key]: value }
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, reversed(inner)])
      .reverse(),
  )
}
