/** Conditions that pass for more requests, or for fewer, than they seem to. */
import { describe, expect, it } from 'vitest'
import { documentWith, documentWithStatement, findingsOf, lintText } from './lint-text.ts'

const idsOf = (statement: string, attributes = '') => {
  const text = documentWithStatement(statement)
  const pattern = /^attributes:\n.*\n/m
  const found = findingsOf(attributes === '' ? text : text.replace(pattern, attributes))
  return found.map((finding) => finding.split(' ')[0])
}
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orchard'
const onTable = (condition: string, effect = 'Allow') =>
  `{ Effect: ${effect}, Action: dynamodb:Query, Resource: '${TABLE}', Condition: ${condition} }`
const BUCKET = 'arn:aws:s3:::orchard'
const onBucket = (condition: string, effect = 'Allow') =>
  `{ Effect: ${effect}, Action: s3:ListBucket, Resource: '${BUCKET}', Condition: ${condition} }`
const onObjects = (condition: string) =>
  `{ Effect: Allow, Action: s3:GetObject, Resource: '${BUCKET}/*', Condition: ${condition} }`

describe('ForAllValues', () => {
  const KEYS = "dynamodb:LeadingKeys: ['{{user}}']"
  const EQUALS = `ForAllValues:StringEquals: { ${KEYS} }`

  it.each([
    `{ ForAllValues:StringEquals: { ${KEYS} } }`,
    `{ ForAllValues:StringEquals: { ${KEYS} }, 'Null': { dynamodb:Attributes: false } }`,
    `{ ForAllValues:StringEquals: { ${KEYS} }, 'Null': { dynamodb:LeadingKeys: true } }`,
    `{ ForAllValues:StringEquals: { ${KEYS} }, 'Null': { dynamodb:LeadingKeys: [false, true] } }`,
    `{ ${EQUALS}, ForAnyValue:StringEqualsIfExists: { dynamodb:LeadingKeys: a } }`,
    `{ ${EQUALS}, ForAllValues:StringLike: { dynamodb:LeadingKeys: a } }`,
  ])('passes without the key: %s', (condition) => {
    expect(idsOf(onTable(condition))).toContain('for-all-values-without-null')
  })

  it.each([
    `{ ForAllValues:StringEquals: { ${KEYS} }, 'Null': { dynamodb:LeadingKeys: false } }`,
    `{ ForAllValues:StringEquals: { ${KEYS} }, 'Null': { DynamoDB:leadingkeys: 'false' } }`,
    `{ ${EQUALS}, ForAnyValue:StringLike: { dynamodb:LeadingKeys: a } }`,
  ])('does not pass without the key: %s', (condition) => {
    expect(idsOf(onTable(condition))).toEqual([])
  })

  it('in a Deny denies more', () => {
    expect(idsOf(onTable(`{ ForAllValues:StringEquals: { ${KEYS} } }`, 'Deny'))).toEqual([
      'grant-without-policy',
    ])
  })
})

describe('a condition that keeps callers apart', () => {
  it.each([
    "{ StringLikeIfExists: { s3:prefix: '{{user}}/*' } }",
    "{ StringEqualsIfExists: { s3:prefix: ['a', '{{user}}'] } }",
    "{ StringLikeIfExists: { s3:prefix: '${aws:PrincipalTag/user}/*' } }",
    "{ StringLikeIfExists: { s3:prefix: '${id.example:sub}/*' } }",
    "{ StringLikeIfExists: { s3:prefix: '${aws:userid}/*' } }",
  ])('must not be optional: %s', (condition) => {
    expect(idsOf(onBucket(condition))).toEqual(['optional-isolation'])
  })

  it.each([
    '{ StringEqualsIfExists: { s3:x-amz-acl: private } }',
    "{ StringLikeIfExists: { s3:prefix: '${aws:RequestedRegion}/*' } }",
    "{ StringNotEqualsIfExists: { s3:prefix: 'x' } }",
  ])('is not this one: %s', (condition) => {
    expect(idsOf(onBucket(condition))).not.toContain('optional-isolation')
  })

  it('may be optional where every resource keeps them apart', () => {
    const condition = "Condition: { StringEqualsIfExists: { aws:ResourceTag/owner: '{{user}}' } }"
    const resources = "Resource: ['arn:aws:s3:::a/{{user}}/*']"
    const one = `{ Effect: Allow, Action: s3:GetObject, ${resources}, ${condition} }`
    expect(idsOf(one)).toEqual([])
    expect(idsOf(one.replace("/*']", "/*', 'arn:aws:s3:::b/*']"))).toEqual(['optional-isolation'])
  })

  it('must not ignore case, unless the pattern has one case only', () => {
    const statement = onObjects(
      "{ StringEqualsIgnoreCase: { s3:ExistingObjectTag/owner: '{{user}}' } }",
    )
    expect(idsOf(statement)).toEqual([])
    const both = "attributes:\n  user: { from: claims.sub, pattern: '[A-Za-z]{1,9}' }\n"
    expect(idsOf(statement, both)).toEqual(['case-insensitive-isolation'])
    const ofTag = onObjects(
      "{ StringEqualsIgnoreCase: { s3:ExistingObjectTag/owner: '${aws:PrincipalTag/user}' } }",
    )
    expect(idsOf(ofTag)).toEqual(['case-insensitive-isolation'])
  })

  it('is only a filter where callers may share', () => {
    const statement = onBucket("{ StringLikeIfExists: { s3:prefix: '{{user}}/*' } }")
    expect(idsOf(statement.replace('Effect:', 'shared: true, Effect:'))).toEqual([])
  })

  it('is not checked in a Deny', () => {
    const text = documentWith(`grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::orchard/{{user}}/*' }
      - ${onBucket("{ StringNotLikeIfExists: { s3:prefix: '{{user}}/*' } }", 'Deny')}
`)
    expect(findingsOf(text)).toEqual([])
  })
})

describe('Allow with a negated operator', () => {
  it.each([
    ["{ StringNotEquals: { s3:prefix: 'secret' } }", 'negated-allow'],
    ["{ StringNotLike: { s3:prefix: '{{user}}/*' } }", 'negated-isolation'],
    [
      "{ StringNotEqualsIgnoreCase: { s3:prefix: '${aws:PrincipalTag/user}' } }",
      'negated-isolation',
    ],
    ["{ NotIpAddress: { aws:SourceIp: '192.0.2.0/24' } }", 'negated-allow'],
    ["{ ArnNotLike: { aws:PrincipalArn: 'arn:aws:iam::111122223333:role/a' } }", 'negated-allow'],
    ['{ NumericNotEquals: { s3:max-keys: 10 } }', 'negated-allow'],
    ["{ DateNotEquals: { aws:CurrentTime: '2027-01-01T00:00:00Z' } }", 'negated-allow'],
    ['{ ForAnyValue:StringNotEquals: { aws:TagKeys: a } }', 'negated-allow'],
  ])('%s', (condition, id) => {
    expect(idsOf(onBucket(condition))).toEqual([id])
  })
})

describe('a wildcard', () => {
  it.each([
    'StringEquals',
    'StringEqualsIgnoreCase',
    'ForAnyValue:StringEquals',
    'StringEqualsIfExists',
  ])('is a character for %s', (operator) => {
    expect(idsOf(onBucket(`{ ${operator}: { s3:prefix: ['a', 'b/*'] } }`))).toEqual([
      'literal-wildcard',
    ])
  })

  it('is a character in a Deny too, where it protects nothing', () => {
    const [finding] = lintText(
      documentWith(`grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    policy:
      - { Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::orchard/{{user}}/*' }
      - ${onBucket("{ StringEquals: { s3:prefix: 'secret/*' } }", 'Deny')}
`),
    )
    expect(finding).toMatchObject({
      id: 'literal-wildcard',
      path: 'grants.own.policy[1].Condition.StringEquals["s3:prefix"]',
      hint: expect.stringContaining('StringLike'),
    })
  })

  it.each([
    "{ StringLike: { s3:prefix: 'b/*' } }",
    "{ ArnEquals: { aws:PrincipalArn: 'arn:aws:iam::111122223333:role/*' } }",
    "{ StringEquals: { s3:prefix: 'b/${*}' } }",
  ])('is none here: %s', (condition) => {
    expect(idsOf(onBucket(condition))).toEqual([])
  })
})
