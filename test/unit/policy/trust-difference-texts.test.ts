/** The whole text of each difference between trust policies, and the order of several. */
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
const SUBJECT = 'broker.example:sub'
const WITH_SOURCE = neededPolicy({ sourceIdentity: '{{team}}' })
const [FIRST] = NEEDED.Statement

describe('a document that is no policy', () => {
  it.each([[undefined], [{ Statement: ['x'] }], [{ Statement: [FIRST, null] }]])(
    'is named: %j',
    (existing) => {
      expect(differencesOf(existing)).toEqual([
        {
          what: 'the document is not an IAM policy with statements',
          effect: 'it cannot be compared; save the policy document of the role as JSON',
          kind: 'unknown',
        },
      ])
    },
  )
})

describe('a statement that is missing', () => {
  it('names whose tokens are refused, and whom the role trusts, each once', () => {
    const others = ['b', 'a'].map((name) => PROVIDER.replace('broker', name))
    const existing = changedPolicy(({ Principal }) => {
      Principal.Federated = [...others, ...others]
    })
    expect(differencesOf(existing)[0]).toEqual({
      what: `no statement that allows has the principal ${PROVIDER}`,
      effect: `STS refuses tokens of acme/files/*; the role trusts ${others.join(', ')}`,
      kind: 'refuses',
    })
  })

  it('does not say that the role trusts a principal that is no provider', () => {
    const existing = changedPolicy((statement) => {
      statement.Principal = { AWS: PROVIDER }
    })
    expect(differencesOf(existing)[0]?.effect).toBe('STS refuses tokens of acme/files/*')
  })

  it('names each subject', () => {
    const needed = changedPolicy(({ Condition }) =>
      setCondition(Condition, 'StringLike', SUBJECT, ['acme/a/*', 'acme/b/*']),
    )
    expect(differencesOf({ Statement: [] }, needed as typeof NEEDED)).toEqual([
      {
        what: `no statement that allows has the principal ${PROVIDER}`,
        effect: 'STS refuses tokens of acme/a/*, acme/b/*',
        kind: 'refuses',
      },
    ])
  })

  it('says “its tokens” where the needed statement has no condition of a subject', () => {
    const needed = changedPolicy(({ Condition }) => void delete Condition.StringLike?.[SUBJECT])
    expect(differencesOf({ Statement: [] }, needed as typeof NEEDED)[0]?.effect).toBe(
      'STS refuses its tokens',
    )
  })
})

describe('an action that is missing', () => {
  const missing = (action: string, effect: string) => ({
    ...{ what: `Action ${action} is missing`, effect, kind: 'refuses' },
  })
  const withActions = (actions: string[]) =>
    changedPolicy((statement) => {
      statement.Action = actions
    })

  it('is named with what STS refuses then', () => {
    expect(differencesOf(withActions(['sts:AssumeRoleWithWebIdentity']))).toEqual([
      missing('sts:TagSession', 'STS refuses tokens with session tags'),
    ])
  })

  it('and without which no token is accepted makes the statement a further one', () => {
    expect(differencesOf(withActions(['sts:TagSession']))).toEqual([
      missing('sts:AssumeRoleWithWebIdentity', 'STS refuses every token'),
      expect.objectContaining({
        what: `a further statement: Allow sts:TagSession for Federated ${PROVIDER}`,
      }),
    ])
  })

  it('does not concern a statement of the same provider for other actions', () => {
    const [assume, source] = WITH_SOURCE.Statement
    expect(source?.Action).toBe('sts:SetSourceIdentity')
    for (const statements of [WITH_SOURCE.Statement, [source, assume]])
      expect(differencesOf({ Statement: statements }, WITH_SOURCE)).toEqual([])
  })
})

describe('of several statements for one provider', () => {
  const wider = changedPolicy(({ Condition }) => {
    Condition.StringLike = {}
    Condition.StringEquals = {}
  }) as { Statement: Statement[] }

  it('the closest is compared, and the others are further ones', () => {
    const [far] = wider.Statement
    for (const Statement of [
      [far, FIRST],
      [FIRST, far],
    ])
      expect(differencesOf({ Statement })).toEqual([
        {
          what:
            'a further statement: Allow sts:AssumeRoleWithWebIdentity, sts:TagSession for ' +
            `Federated ${PROVIDER}`,
          effect: 'whom it names can assume the role without a session policy of the broker',
          kind: 'too-wide',
        },
      ])
  })

  it('one that also names other principals is compared, and these are named', () => {
    const other = PROVIDER.replace('broker.', 'other.')
    const root = `arn:aws:iam::${ACCOUNT}:root`
    const both = changedPolicy(({ Principal }) => {
      Object.assign(Principal, { Federated: [PROVIDER, other], AWS: [root, PROVIDER] })
    })
    expect(differencesOf(both)).toEqual(
      [`Federated ${other}`, `AWS ${root}`, `AWS ${PROVIDER}`].map((principal) => ({
        what: `the principal ${principal} is not needed`,
        effect:
          'it may assume the role without a session policy of the broker, where the actions and ' +
          'conditions allow it; give it a statement of its own',
        kind: 'unknown',
      })),
    )
  })
})

describe('a further statement', () => {
  it.each<[string, object, string]>([
    [
      'everyone',
      { Effect: 'Allow', Principal: '*', Action: 'sts:*' },
      'Allow sts:* for everyone *',
    ],
    [
      'several kinds, with several values',
      { Effect: 'Allow', Principal: { AWS: ['a', 'b'], Service: 'c' }, Action: ['x:Y', 'x:Z'] },
      'Allow x:Y, x:Z for AWS a, b; Service c',
    ],
    [
      'members that are not read',
      { Effect: 'Allow', Sid: 'One', NotPrincipal: { AWS: 'a' }, NotAction: 'x:Y' },
      'Allow  for NotPrincipal, NotAction',
    ],
    ['nobody', { Effect: 'Deny', Action: 'x:Y' }, 'Deny x:Y for nobody'],
  ])('names %s', (_, further, text) => {
    expect(differencesOf({ Statement: [FIRST, further] })).toMatchObject([
      { what: `a further statement: ${text}` },
    ])
  })

  it('that denies depends', () => {
    expect(differencesOf({ Statement: [FIRST, { Effect: 'Deny', Action: 'x:Y' }] })).toMatchObject([
      {
        effect: 'it may refuse tokens of the broker that others Allow; no Deny is expected',
        kind: 'unknown',
      },
    ])
  })
})
