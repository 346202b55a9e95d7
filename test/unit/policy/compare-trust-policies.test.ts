/** Differences of a role's trust policy from the one that it needs, and what follows from them. */
import type { TrustPolicy } from '@token-broker/core/trust-policy'
import { describe, expect, it } from 'vitest'
import {
  ACCOUNT,
  changedPolicy,
  differencesOf,
  NEEDED,
  neededPolicy,
  type Statement,
  setCondition,
} from './needed-trust-policy.ts'

const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/broker.example`
const WITH_SOURCE = neededPolicy({ sourceIdentity: '{{team}}' })

describe('no difference', () => {
  it.each<[string, unknown]>([
    ['is between a policy and itself', NEEDED],
    ['is the order of members and of values', JSON.parse(JSON.stringify(reversed(NEEDED)))],
    ['is one statement instead of a list', { ...NEEDED, Statement: NEEDED.Statement[0] }],
    [
      'is StringLike without wildcards',
      changedPolicy(({ Condition }) => {
        Condition.StringLike = { ...Condition.StringLike, ...Condition.StringEquals }
        delete Condition.StringEquals
      }),
    ],
    [
      'is the case of keys and actions',
      changedPolicy((statement) => {
        statement.Action = ['STS:assumerolewithwebidentity', 'sts:tagsession']
        statement.Condition = JSON.parse(
          JSON.stringify(statement.Condition).replaceAll('aws:RequestTag', 'AWS:requesttag'),
        )
      }),
    ],
    [
      'are values that others contain',
      changedPolicy(({ Condition }) => {
        Condition.StringLike = {
          ...Condition.StringLike,
          'broker.example:sub': ['acme/files/*', 'acme/files/?*'],
        }
      }),
    ],
  ])('%s', (_, existing) => {
    expect(differencesOf(existing)).toEqual([])
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
      ({ Condition }) => setCondition(Condition, 'StringLike', 'broker.example:sub', 'acme/*'),
      'too-wide',
      'tokens with broker.example:sub acme/ can assume the role too',
    ],
    [
      'is the subject of another grant',
      ({ Condition }) =>
        setCondition(Condition, 'StringLike', 'broker.example:sub', 'acme/other/*'),
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
        setCondition(Condition, 'StringEquals', 'broker.example:sub', 'acme/files/*')
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
      ({ Condition }) => setCondition(Condition, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8'),
      'refuses',
      'STS refuses tokens that do not meet it',
    ],
    [
      'is a policy variable, which may be any text',
      ({ Condition }) =>
        setCondition(Condition, 'StringLike', 'broker.example:sub', [
          'acme/files/*',
          '${aws:userid}',
        ]),
      'too-wide',
      'tokens with broker.example:sub ${aws:userid} can assume the role too',
    ],
    [
      'is a list of values with too many wildcards to compare',
      ({ Condition }) =>
        setCondition(Condition, 'StringLike', 'broker.example:sub', [
          ...['acme/files/', 'acme/files/?*', `acme/files/*a${'?'.repeat(18)}`],
        ]),
      'unknown',
      'too many wildcards to compare',
    ],
    [
      'is an operator that cannot be compared',
      ({ Condition }) => {
        delete Condition.StringLike?.['broker.example:sub']
        setCondition(Condition, 'StringNotLike', 'broker.example:sub', 'other/*')
      },
      'unknown',
      'use the operator that is expected',
    ],
  ])('%s', (_, change, kind, effect) => {
    expect(differencesOf(changedPolicy(change))).toContainEqual({
      kind,
      what: expect.any(String),
      effect: expect.stringContaining(effect),
    })
  })

  it('names the operator that is expected, where it is another one', () => {
    const exact = changedPolicy(({ Condition }) => {
      delete Condition.StringLike?.['broker.example:sub']
      setCondition(Condition, 'StringEquals', 'broker.example:sub', 'acme/files/*')
    })
    expect(differencesOf(exact)[0]?.what).toContain('expected StringLike acme/files/*')
    const other = changedPolicy(({ Condition }) =>
      setCondition(Condition, 'StringLike', 'broker.example:sub', 'acme/other/*'),
    )
    expect(differencesOf(other)[0]?.what).toContain('expected acme/files/*')
  })

  it('is a Deny, whose principal the role does not trust', () => {
    const deny = (statement: Statement) => {
      statement.Effect = 'Deny'
    }
    const denied = differencesOf(changedPolicy(deny))
    expect(denied[0]?.what).toContain('no statement that allows has the principal')
    expect(denied[0]?.effect).not.toContain('the role trusts')
    expect(denied.at(-1)?.effect).toContain('no Deny is expected')
  })

  it('is another policy variable', () => {
    const withVariable = (name: string) =>
      changedPolicy(({ Condition }) =>
        setCondition(Condition, 'StringLike', 'broker.example:sub', name),
      )
    const needed = withVariable('${aws:userid}') as TrustPolicy
    expect(differencesOf(withVariable('${aws:userid}'), needed)).toEqual([])
    const kinds = differencesOf(withVariable('${aws:username}'), needed).map(({ kind }) => kind)
    expect(kinds).toEqual(['refuses', 'too-wide'])
  })

  it('is a statement of the source identity that is missing', () => {
    const [assume] = WITH_SOURCE.Statement
    const existing = { ...WITH_SOURCE, Statement: [assume] }
    expect(differencesOf(existing, WITH_SOURCE)).toMatchObject([
      { kind: 'refuses', effect: 'STS refuses tokens with a source identity' },
    ])
  })

  it.each<[string, object, string]>([
    ['AWS', { AWS: `arn:aws:iam::${ACCOUNT}:root` }, 'too-wide'],
    ['Service', { Service: 'ec2.amazonaws.com' }, 'too-wide'],
  ])('is a further statement with the principal %s', (_, Principal, kind) => {
    const further = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
    const existing = { ...NEEDED, Statement: [...NEEDED.Statement, further] }
    expect(differencesOf(existing)).toMatchObject([
      { kind, what: expect.stringContaining('AssumeRole') },
    ])
    const denying = {
      ...existing,
      Statement: [...NEEDED.Statement, { ...further, Effect: 'Deny' }],
    }
    expect(differencesOf(denying)).toMatchObject([{ kind: 'unknown' }])
  })

  it.each([[undefined], ['text'], [{ Version: '2012-10-17' }], [{ Statement: ['x'] }]])(
    'is a document that is no policy: %j',
    (existing) => {
      expect(differencesOf(existing)).not.toEqual([])
    },
  )
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, inner]) => [name, reversed(inner)])
      .reverse(),
  )
}
