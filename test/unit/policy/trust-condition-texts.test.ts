/** The whole text of each difference between conditions of trust policies. */
import { describe, expect, it } from 'vitest'
import { changedPolicy, differencesOf, NEEDED, setCondition } from './needed-trust-policy.ts'

const SUBJECT = 'broker.example:sub'
const [FIRST] = NEEDED.Statement

describe('a condition', () => {
  const withSubject = (...conditions: [operator: string, values: unknown][]) =>
    changedPolicy(({ Condition }) => {
      delete Condition.StringLike?.[SUBJECT]
      for (const [operator, values] of conditions)
        setCondition(Condition, operator, SUBJECT, values)
    })

  it.each<[string, [operator: string, values: unknown][], object]>([
    [
      'is missing',
      [],
      {
        what: `Condition StringLike ${SUBJECT} acme/files/* is missing`,
        effect: 'the tokens of every grant of every tenant of the broker can assume the role',
        kind: 'too-wide',
      },
    ],
    [
      'has other values, of which the shortest example is shown',
      [['StringLike', ['acme/files/*', 'acme/longer', 'acme/', 'other']]],
      {
        what:
          `StringLike ${SUBJECT} acme/files/*, acme/longer, acme/, other, ` +
          'expected acme/files/*',
        effect: `tokens with ${SUBJECT} acme/ can assume the role too`,
        kind: 'too-wide',
      },
    ],
    [
      'has another operator',
      [['StringNotLike', ['a', 'b']]],
      {
        what: `StringNotLike ${SUBJECT} a, b, expected StringLike ${SUBJECT} acme/files/*`,
        effect: 'it cannot be compared; use the operator that is expected',
        kind: 'unknown',
      },
    ],
    ...['xStringLike', 'StringLikeIfExists', 'ForAnyValue:StringLike'].map(
      (operator): [string, [operator: string, values: unknown][], object] => [
        `has the operator ${operator}`,
        [[operator, 'acme/files/*']],
        {
          what: `${operator} ${SUBJECT} acme/files/*, expected StringLike ${SUBJECT} acme/files/*`,
          effect: 'it cannot be compared; use the operator that is expected',
          kind: 'unknown',
        },
      ],
    ),
    [
      'occurs twice',
      [
        ['StringLike', 'acme/files/*'],
        ['StringEquals', 'acme/files/a'],
      ],
      {
        what: `StringEquals ${SUBJECT} acme/files/a, expected StringLike ${SUBJECT} acme/files/*`,
        effect: 'it cannot be compared; use the operator that is expected',
        kind: 'unknown',
      },
    ],
  ])('%s', (_, conditions, difference) => {
    expect(differencesOf(withSubject(...conditions))).toEqual([difference])
  })

  it('names each value that is expected', () => {
    const values = ['acme/files/*', 'acme/more/*']
    const needed = changedPolicy(({ Condition }) =>
      setCondition(Condition, 'StringLike', SUBJECT, values),
    )
    expect(differencesOf(NEEDED, needed as typeof NEEDED)).toEqual([
      {
        what: `StringLike ${SUBJECT} acme/files/*, expected acme/files/*, acme/more/*`,
        effect: `STS refuses tokens with ${SUBJECT} acme/more/`,
        kind: 'refuses',
      },
    ])
  })

  it('that is not needed is named', () => {
    const existing = changedPolicy(({ Condition }) =>
      setCondition(Condition, 'IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '192.0.2.0/24']),
    )
    expect(differencesOf(existing)).toEqual([
      {
        what: 'IpAddress aws:SourceIp 10.0.0.0/8, 192.0.2.0/24 is not needed',
        effect: 'STS refuses tokens that do not meet it',
        kind: 'refuses',
      },
    ])
  })

  it.each<[string, string]>([
    [
      'aws:RequestTag/team',
      'tokens without the tag team, or with another value, can assume the role',
    ],
    [
      'AWS:requesttag/a/b',
      'tokens without the tag a/b, or with another value, can assume the role',
    ],
    ['aws:TagKeys', 'tokens with further tags can assume the role'],
    ['x:aws:RequestTag/a', 'tokens that do not meet it can assume the role'],
    ['broker.example:amr', 'tokens that do not meet it can assume the role'],
    [
      'broker.example:aud',
      'tokens of the provider for every audience can assume the role, without a session policy',
    ],
  ])('of %s that is missing says what follows', (key, effect) => {
    const needed = {
      ...NEEDED,
      Statement: [{ ...FIRST, Condition: { StringEquals: { [key]: 'a' } } }],
    }
    const existing = { ...needed, Statement: [{ ...FIRST, Condition: undefined }] }
    expect(differencesOf(existing, needed as unknown as typeof NEEDED)).toEqual([
      { what: `Condition StringEquals ${key} a is missing`, effect, kind: 'too-wide' },
    ])
  })

  it('without an object of keys has none', () => {
    for (const Condition of [null, 'x', { StringLike: null }, { StringLike: 'x' }])
      expect(differencesOf({ Statement: [{ ...FIRST, Condition }] })).toContainEqual(
        expect.objectContaining({
          what: `Condition StringLike ${SUBJECT} acme/files/* is missing`,
        }),
      )
  })
})
