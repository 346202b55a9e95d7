/** A policy is read as far as possible, and each problem of it is reported once, with its place. */
import { expect, it } from 'vitest'
import { formatPath } from '../../../packages/core/src/model/value-path.ts'
import {
  findConditionKeyProblem,
  findOperatorProblem,
  findResourceProblem,
} from '../../../packages/core/src/policy/policy-grammar.ts'
import { readPolicy } from '../../../packages/core/src/policy/read-policy.ts'

function read(policy: Readonly<Record<string, unknown>>) {
  const problems: string[] = []
  const statements = readPolicy(policy, (path, message) =>
    problems.push(`${formatPath(path)}: ${message}`),
  )
  return { statements, problems }
}

it('without problems is returned as it is written', () => {
  const statement = {
    Sid: 'A',
    Effect: 'Allow',
    NotAction: ['s3:Get*'],
    NotResource: 'arn:aws:s3:::a',
    Condition: { Bool: { 'a:b': true }, StringLike: { 'a:b': ['x', 'y'], 'c:d': 'z' } },
  }
  const { statements, problems } = read({ Version: '2012-10-17', Statement: [statement] })
  expect(statements).toStrictEqual([statement])
  expect(problems).toEqual([])
})

it('without a statement has one problem', () => {
  for (const policy of [{}, { Statement: [] }])
    expect(read(policy)).toEqual({ statements: [], problems: ['Statement: there is no statement'] })
})

it('with several problems has each of them, and keeps the rest', () => {
  const { statements, problems } = read({
    Version: 1,
    Id: 2,
    Statement: [
      'x',
      {
        Sid: 3,
        Effect: 'allow',
        Action: ['s3:GetObject', 4, 's3:PutObject'],
        Resource: 5,
        Condition: {
          Foo: { 'a:b': 'x' },
          Bool: 6,
          StringEquals: { 'a:b': ['x', null, 7n, 'y'], 'c:d': {} },
        },
      },
      { Sid: '', Effect: 'Deny', Action: '*', NotAction: '*', Condition: 'x' },
    ],
  })
  expect(problems).toEqual([
    'Version: the version is not known',
    'Id: the value is not a string',
    'Statement[0]: the statement is not an object',
    'Statement[1].Effect: the value is neither Allow nor Deny',
    'Statement[1].Sid: the value is not a string',
    'Statement[1].Action[1]: the value is not a string',
    'Statement[1].Resource: the value is not a string',
    'Statement[1].Condition.Foo: unknown condition operator Foo',
    'Statement[1].Condition.Bool: the value is not an object',
    'Statement[1].Condition.StringEquals["a:b"][1]: the value is not a string, number or Boolean',
    'Statement[1].Condition.StringEquals["a:b"][2]: the number is too large to be exact',
    'Statement[1].Condition.StringEquals["c:d"]: the value is not a string, number or Boolean',
    'Statement[2]: there are both Action and NotAction',
    'Statement[2]: there is neither Resource nor NotResource',
    'Statement[2].Condition: the value is not an object',
  ])
  expect(statements).toStrictEqual([
    {
      Effect: 'Deny',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: '',
      Condition: {
        Foo: { 'a:b': 'x' },
        Bool: {},
        StringEquals: { 'a:b': ['x', 'y'], 'c:d': '' },
      },
    },
    { Effect: 'Deny', Condition: {} },
  ])
})

it('has the ids of the problems that the documentation explains', () => {
  expect(findResourceProblem('arn:aws:s3')?.id).toBe('incomplete-arn')
  expect(findOperatorProblem('Foo')?.id).toBe('unknown-operator')
  expect(findConditionKeyProblem('prefix')?.id).toBe('key-without-service')
  expect(findConditionKeyProblem('s3:')?.id).toBeUndefined()
})
