/** Variables of Cognito, which have no value in sessions of the broker. */
import { expect, it } from 'vitest'
import { documentWithStatement, findingsOf } from './lint-text.ts'

const SUB = 'cognito-identity.amazonaws.com:sub'

it.each([
  [
    'a resource',
    `{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::home/\${${SUB}}/*' }`,
    'Resource',
  ],
  [
    'one of several resources of a Deny, which would forbid nothing',
    `{ Effect: Deny, Action: s3:GetObject, NotResource: ['arn:aws:s3:::home/\${${SUB}}/*'] }`,
    'NotResource[0]',
  ],
  [
    'a condition value',
    '{ Effect: Allow, Action: s3:ListBucket, Resource: "arn:aws:s3:::home", ' +
      `Condition: { StringLike: { 's3:prefix': ['\${${SUB}}/*'] } } }`,
    'Condition.StringLike["s3:prefix"][0]',
  ],
])('in %s', (_, statement, place) => {
  const policy = 'grants.own.policy[0]'
  expect(findingsOf(documentWithStatement(statement))).toContain(
    `cognito-variable ${policy}.${place}`,
  )
})

it('as a condition key', () => {
  const statement =
    '{ Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::home/*", ' +
    `Condition: { StringEquals: { '${SUB}': 'a' } } }`
  const found = findingsOf(documentWithStatement(statement))
  expect(found.filter((one) => one.startsWith('cognito-variable'))).toHaveLength(1)
})

it('reports nothing about the values of the broker', () => {
  const statement =
    "{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::home/{{identity}}/*' }"
  expect(findingsOf(documentWithStatement(statement))).toEqual([])
})
