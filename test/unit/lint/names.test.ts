/** Actions, resource types and condition keys that IAM does not have, and those that it has. */
import { describe, expect, it } from 'vitest'
import { documentWithStatement, findingsOf, lintText } from './lint-text.ts'

const POLICY = 'grants.own.policy[0]'
const RESOURCE = "Resource: 'arn:aws:s3:::orchard-home/{{user}}/*'"

const hintsOf = (statement: string) =>
  lintText(documentWithStatement(statement)).map(({ id, hint }) => `${id}: ${hint}`)

describe('an action', () => {
  it.each([
    ['s3:GetObjects', 'did you mean s3:GetObject?'],
    ['s3:getobjet', 'did you mean s3:GetObject?'],
    ['S4:GetObject', 'did you mean s3?'],
    ['dynamo:GetItem', 'did you mean dynamodb?'],
    ['xyzzy:GetItem', 'check the spelling'],
    ['s3:Fetch*', 'check the spelling'],
    ['s3:Get?', 'check the spelling'],
  ])('%s does not exist', (action, hint) => {
    const [found, ...others] = hintsOf(`{ Effect: Allow, Action: ['${action}'], ${RESOURCE} }`)
    expect(found).toContain(`unknown-action: ${hint}`)
    expect(others).toEqual([])
  })

  it('that the catalogue does not have may be new: the hint says how old the catalogue is', () => {
    const [hint] = hintsOf(`{ Effect: Allow, Action: ['s3:Xyzzy'], ${RESOURCE} }`)
    expect(hint).toMatch(/if AWS has added it after 20\d\d-\d\d-\d\d, update token-broker/)
  })

  it.each([
    "Action: ['s3:getobject', 'S3:GETOBJECT', 's3:Get*', 's3:*object*', 's3:GetObjec?']",
    "Action: '*'",
  ])('is known: %s', (actions) => {
    expect(hintsOf(`{ Effect: Allow, ${actions}, ${RESOURCE} }`)).toEqual([])
  })

  it('is checked in a Deny and in NotAction too: there, it protects nothing', () => {
    const text = documentWithStatement(
      `{ Effect: Allow, Action: s3:GetObject, ${RESOURCE} }
      - { Effect: Deny, NotAction: [s3:GetObject, s3:ReadObject], Resource: '*' }
      - { Effect: Deny, Action: s3:RemoveObject, Resource: '*' }`,
    )
    expect(findingsOf(text)).toEqual([
      'unknown-action grants.own.policy[1].NotAction[1]',
      'unknown-action grants.own.policy[2].Action',
    ])
  })

  it.each(['constructor:GetObject', 's3:constructor', 's3:toString'])(
    '%s is not inherited',
    (name) => {
      expect(
        findingsOf(documentWithStatement(`{ Effect: Allow, Action: ['${name}'], ${RESOURCE} }`)),
      ).toEqual([`unknown-action ${POLICY}.Action[0]`])
    },
  )
})

describe('a resource', () => {
  const statement = (action: string, resource: string) =>
    `{ Effect: Allow, Action: '${action}', Resource: '${resource}' }`

  it.each([
    [
      'dynamodb:GetItem',
      'arn:aws:dynamodb:eu-west-1:111122223333:tabel/{{user}}',
      'table/${TableName}',
    ],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-west-1::table/{{user}}', 'table/${TableName}'],
    [
      'dynamodb:GetItem',
      'arn:aws:dynamo:eu-west-1:111122223333:table/{{user}}',
      'did you mean dynamodb?',
    ],
    ['s3:GetObject', 'arn:aws:s3:eu-west-1:111122223333:orchard/{{user}}', 'arn:${Partition}:s3'],
    ['sqs:SendMessage', 'arn:aws:sqs:::orchard-{{user}}', '${QueueName}'],
  ])('of %s is of no type: %s', (action, resource, hint) => {
    const [found, ...others] = hintsOf(statement(action, resource))
    expect(found).toContain('unknown-resource-type: ')
    expect(found).toContain(hint)
    expect(others).toEqual([])
  })

  it.each([
    ['s3:GetObject', 'arn:aws:s3:::orchard/{{user}}/?'],
    ['s3:GetObject', 'arn:aws:s3:::*/{{user}}'],
    ['s3:GetObject', 'arn:*:s3:::orchard/{{user}}'],
    ['s3:GetObject', '*'],
    ['s3:ListAllMyBuckets', 'arn:aws:s3:::*'],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/{{user}}'],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:a:b-{{user}}'],
    ['logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:/x/{{user}}:*'],
    ['s3:GetObject', 'arn:aws:s3:::orchard/${aws:PrincipalTag/team}/{{user}}'],
  ])('of %s may be of a type: %s', (action, resource) => {
    const found = lintText(documentWithStatement(statement(action, resource)))
    expect(found.filter(({ id }) => /resource/.test(id))).toEqual([])
  })

  it('of Ceph has no account', () => {
    const text = documentWithStatement(statement('sns:Publish', 'arn:aws:sns:default::t-{{user}}'))
    expect(findingsOf(text)).toEqual([`unknown-resource-type ${POLICY}.Resource`])
    expect(findingsOf(text.replace('iam::111122223333:', 'iam:::'))).toEqual([])
  })

  it.each([
    ['s3:ListBucket', "'arn:aws:s3:::orchard/{{user}}/*'", 'Action'],
    ['s3:GetObject', 'arn:aws:s3:::orchard', 'Action'],
    ['s3:ListAllMyBuckets', 'arn:aws:s3:::orchard', 'Action'],
    ['dynamodb:PutItem', "'arn:aws:dynamodb:eu-west-1:111122223333:table/a/index/*'", 'Action'],
    ['[s3:GetObject, sqs:SendMessage]', "'arn:aws:s3:::orchard/*'", 'Action[1]'],
    ["'s3:*Bucket*'", "'arn:aws:dynamodb:eu-west-1:111122223333:table/a'", 'Action'],
    ['s3:GetObject', "['arn:aws:s3:::orchard/*', 'arn:aws:s3:::orchard']", 'Resource[1]'],
  ])('is not supported by the action: %s %s', (action, resource, place) => {
    const text = documentWithStatement(
      `{ Effect: Allow, Action: ${action}, Resource: ${resource} }`,
    )
    expect(findingsOf(text)).toEqual([`unsupported-resource ${POLICY}.${place}`])
  })

  it.each([
    ['[s3:GetObject, s3:ListBucket]', "['arn:aws:s3:::orchard', 'arn:aws:s3:::orchard/*']"],
    ["'s3:*'", "'arn:aws:s3:::orchard/*'"],
    ["'*'", "'arn:aws:s3:::orchard/*'"],
    ['s3:ListBucket', "'arn:aws:s3:::*'"],
    ['s3:ListBucket', "'arn:aws:s3:::orchard*'"],
  ])('is supported: %s %s', (action, resource) => {
    const text = documentWithStatement(
      `{ Effect: Allow, Action: ${action}, Resource: ${resource} }`,
    )
    expect(findingsOf(text)).toEqual([])
  })
})

describe('a condition key', () => {
  const statement = (key: string) =>
    `{ Effect: Allow, Action: s3:GetObject, ${RESOURCE}, ` +
    `Condition: { StringEquals: { '${key}': a } } }`

  it.each([
    ['dynamodb:LeadingKey', 'did you mean dynamodb:LeadingKeys?'],
    ['s3:prefixes', 'did you mean s3:prefix?'],
    ['aws:PrincipalOrgsID', 'did you mean aws:PrincipalOrgID?'],
    ['aws:PrincipalTag', 'did you mean aws:PrincipalTag/KEY?'],
    ['aws:PrincipalTags/team', 'did you mean aws:PrincipalTag/KEY?'],
    ['aws:PrincipalTag/', 'did you mean aws:PrincipalTag/KEY?'],
    ['kms:EncryptionContext', 'did you mean kms:EncryptionContext:KEY?'],
    ['s3s:prefix', 'did you mean s3?'],
    ['aws:constructor', 'check the spelling'],
  ])('%s does not exist', (key, hint) => {
    const [found, ...others] = hintsOf(statement(key))
    expect(found).toContain(`unknown-condition-key: ${hint}`)
    expect(others).toEqual([])
  })

  it.each([
    'aws:sourceip',
    'AWS:ResourceTag/team',
    'aws:RequestTag/a/b',
    'aws:TagKeys',
    's3:ExistingObjectTag/owner',
    's3:x-amz-acl',
    'kms:EncryptionContext:customer',
    'ec2:ResourceTag/team',
    'codebuild:fileSystemLocations/x.type',
    'id.orchard.example/pool:sub',
    'saml:sub',
  ])('%s exists', (key) => {
    expect(hintsOf(statement(key))).toEqual([])
  })

  it('in a variable is checked as well, since such a variable never has a value', () => {
    const text = documentWithStatement(
      `{ Effect: Allow, Action: s3:ListBucket, Resource: arn:aws:s3:::orchard, Condition: { ` +
        "StringLike: { s3:prefix: ['${aws:PrincipalTags/team}/*', " +
        "'${aws:PrincipalTag/team}/*'] } } }",
    )
    expect(findingsOf(text)).toEqual([
      `unknown-condition-key ${POLICY}.Condition.StringLike["s3:prefix"][0]`,
    ])
    const resource = 'arn:aws:s3:::orchard/${aws:usrid}/{{user}}'
    expect(
      findingsOf(
        documentWithStatement(`{ Effect: Allow, Action: s3:GetObject, Resource: '${resource}' }`),
      ),
    ).toEqual([`unknown-condition-key ${POLICY}.Resource`])
  })
})
