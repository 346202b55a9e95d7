/** Which action, resource and condition keys an event of CloudTrail stands for. */
import { indexCatalogue } from '@token-broker/core/lint'
import { describe, expect, it } from 'vitest'
import {
  isDenial,
  readCloudTrailEvent,
} from '../../../packages/cli/src/audit/cloudtrail/cloudtrail-event.ts'
import { readDenialReason } from '../../../packages/cli/src/audit/cloudtrail/denial-reason.ts'
import { eventContext } from '../../../packages/cli/src/audit/cloudtrail/event-context.ts'
import { requestOfEvent } from '../../../packages/cli/src/audit/cloudtrail/event-request.ts'
import { parseRecordLine } from '../../../packages/cli/src/audit/read-record.ts'
import { CATALOGUE_DATA } from '../../../packages/cli/src/lint/catalogue-data.ts'
import { cloudTrailEvent, deniedListing, deniedObject } from './cloudtrail-events.ts'

const OWNER = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/acme-app/alice-5mqlvsw63hoamyug',
  time: '2026-01-31T12:00:00.000Z',
}
const catalogue = indexCatalogue(CATALOGUE_DATA)

function read(event: object) {
  const found = readCloudTrailEvent(event)
  if (found === undefined) throw new Error('not an event')
  return found
}

const requestOf = (event: object) => requestOfEvent(read(event), catalogue)

describe('an event of S3', () => {
  it.each([
    ['GetObject', 's3:GetObject'],
    ['HeadObject', 's3:GetObject'],
    ['UploadPart', 's3:PutObject'],
    ['CopyObject', 's3:PutObject'],
    ['ListParts', 's3:ListMultipartUploadParts'],
    ['GetObjectTagging', 's3:GetObjectTagging'],
  ])('%s is %s of the object', (name, action) => {
    expect(requestOf(deniedObject(OWNER, name, 'alice/x', 'Access Denied'))).toEqual({
      ...{ action, resource: 'arn:aws:s3:::acme/alice/x', stated: undefined },
    })
  })

  it('of a version is another action', () => {
    const requestParameters = { bucketName: 'acme', key: 'a', versionId: '3sL4kqtJlcpXroDTDm' }
    const event = (eventName: string) => cloudTrailEvent(OWNER, { eventName, requestParameters })
    expect(requestOf(event('GetObject')).action).toBe('s3:GetObjectVersion')
    expect(requestOf(event('HeadObject')).action).toBe('s3:GetObjectVersion')
    expect(requestOf(event('PutObject')).action).toBe('s3:PutObject')
  })

  it.each([
    ['GetBucketCors', 's3:GetBucketCORS'],
    ['DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'],
    ['HeadBucket', 's3:ListBucket'],
  ])('%s is %s of the bucket', (eventName, action) => {
    const event = cloudTrailEvent(OWNER, { eventName, requestParameters: { bucketName: 'acme' } })
    expect(requestOf(event)).toMatchObject({ action, resource: 'arn:aws:s3:::acme' })
  })

  it('that lists buckets has no resource', () => {
    const event = { eventName: 'ListBuckets', requestParameters: { Host: 'x' }, resources: [] }
    expect(requestOf(cloudTrailEvent(OWNER, event))).toMatchObject({
      ...{ action: 's3:ListAllMyBuckets', resource: '*' },
    })
  })

  it('that deletes several objects does not say which ones', () => {
    const event = cloudTrailEvent(OWNER, {
      eventName: 'DeleteObjects',
      requestParameters: { bucketName: 'acme', delete: '' },
      resources: [
        { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::acme/' },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::acme' },
      ],
    })
    expect(requestOf(event)).toMatchObject({ action: 's3:DeleteObject', resource: undefined })
  })
})

describe('an event of another service', () => {
  const table = 'arn:aws:dynamodb:eu-central-1:111122223333:table/Games'
  const inTable = (eventName: string, requestParameters: object) =>
    cloudTrailEvent(OWNER, {
      eventSource: 'dynamodb.amazonaws.com',
      ...{ eventName, requestParameters },
      resources: [{ accountId: '111122223333', type: 'AWS::DynamoDB::Table', ARN: table }],
    })

  it('names a table, or an index of it', () => {
    expect(requestOf(inTable('GetItem', { tableName: 'Games' }))).toMatchObject({
      ...{ action: 'dynamodb:GetItem', resource: table },
    })
    const query = { tableName: table, indexName: 'byScore' }
    expect(requestOf(inTable('Query', query)).resource).toBe(`${table}/index/byScore`)
  })

  it('with statements of PartiQL does not say which action', () => {
    expect(requestOf(inTable('ExecuteStatement', {})).action).toBeUndefined()
  })

  it.each([
    ['lambda.amazonaws.com', 'Invoke', 'lambda:InvokeFunction'],
    ['lambda.amazonaws.com', 'GetFunction20150331v2', 'lambda:GetFunction'],
    ['monitoring.amazonaws.com', 'PutMetricData', 'cloudwatch:PutMetricData'],
    ['sqs.amazonaws.com', 'SendMessageBatch', 'sqs:SendMessage'],
    ['kms.amazonaws.com', 'Decrypt', 'kms:Decrypt'],
    ['nothing.amazonaws.com', 'Get', undefined],
    ['s3.amazonaws.com', 'constructor', undefined],
    ['__proto__', 'constructor', undefined],
  ])('%s %s is %s', (eventSource, eventName, action) => {
    expect(requestOf(cloudTrailEvent(OWNER, { eventSource, eventName })).action).toBe(action)
  })

  it('has the resource of the type that the action has', () => {
    const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const event = {
      ...{ eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', requestParameters: null },
      resources: [{ ARN: 'arn:aws:s3:::acme' }, { accountId: '111122223333', ARN }],
    }
    expect(requestOf(cloudTrailEvent(OWNER, event)).resource).toBe(ARN)
  })
})

describe("AWS's message", () => {
  const said = (action: string, rest: string) =>
    `User: ${OWNER.assumedRoleArn} is not authorized to perform: ${action}${rest}`
  const on = (resource: string, reason: string) => ` on resource: ${resource} ${reason}`
  const ITEMS = 'arn:aws:dynamodb:eu-central-1:1:table/T'
  const INSTANCES = 'arn:aws:ec2:eu-central-1:1:instance/*'
  const ENCODED = '. Encoded authorization failure message: x'
  it.each<[string, string, string | undefined, string | undefined, boolean | undefined]>([
    [
      on('"arn:aws:s3:::a/b c"', 'because no session policy allows the s3:GetObject action'),
      ...(['s3:GetObject', 'arn:aws:s3:::a/b c', 'session policy', false] as const),
    ],
    [
      ' because no identity-based policy allows the s3:ListAllMyBuckets action',
      ...(['s3:ListAllMyBuckets', undefined, 'identity-based policy', false] as const),
    ],
    [
      on(ITEMS, 'with an explicit deny in a service control policy'),
      ...(['dynamodb:GetItem', ITEMS, 'service control policy', true] as const),
    ],
    [
      on(INSTANCES, `because no permissions boundary allows the x:y action${ENCODED}`),
      ...(['ec2:RunInstances', INSTANCES, 'permissions boundary', false] as const),
    ],
    [
      on('"arn:aws:s3:::a"', 'because no VPC endpoint policy allows the s3:ListBucket action'),
      ...(['s3:ListBucket', 'arn:aws:s3:::a', 'vpc endpoint policy', false] as const),
    ],
    [
      on('arn:aws:sns:eu-central-1:1:t', ''),
      ...(['sns:Publish', 'arn:aws:sns:eu-central-1:1:t', undefined, undefined] as const),
    ],
  ])('%s', (rest, action, resource, type, isExplicit) => {
    expect(readDenialReason(said(action, rest))).toEqual({
      ...{ action, resource, policy: type === undefined ? undefined : { type, isExplicit } },
    })
  })

  it('may say nothing', () => {
    for (const message of [undefined, '', 'Access Denied', 'because no session policy allows the'])
      expect(readDenialReason(message)).toBeUndefined()
  })

  it('takes no longer, the longer it is', () => {
    const hostile = said('s3:GetObject', ' because no a-'.repeat(100_000))
    expect(readDenialReason(hostile)).toMatchObject({ action: 's3:GetObject', policy: undefined })
  })
})

it.each([
  ['AccessDenied', true],
  ['AccessDeniedException', true],
  ['Client.UnauthorizedOperation', true],
  ['AuthorizationErrorException', true],
  ['NoSuchKey', false],
  ['ThrottlingException', false],
  [undefined, false],
])('the error %s is a denial: %s', (errorCode, denied) => {
  expect(isDenial(read(cloudTrailEvent(OWNER, { errorCode })))).toBe(denied)
})

describe('the condition keys', () => {
  const record = parseRecordLine(
    JSON.stringify({
      ...{ time: OWNER.time, requestId: 'r', endpoint: 'native', outcome: 'issued' },
      roleArn: 'arn:aws:iam::111122223333:role/acme-app',
      sessionTags: { Team: 'red' },
      webIdentity: { issuer: 'https://broker.example' },
    }),
  )
  if (record === undefined) throw new Error('not a record')
  const keysOf = (event: object, action: string, of = record) =>
    Object.fromEntries(eventContext(read(event), action, of))

  it('are those of the session and of the request', () => {
    expect(keysOf(cloudTrailEvent(OWNER), 's3:GetObject')).toMatchObject({
      'aws:principalarn': ['arn:aws:iam::111122223333:role/acme-app'],
      'aws:principaltag/team': ['red'],
      'aws:userid': ['AROAEXAMPLEROLEID0000:alice-5mqlvsw63hoamyug'],
      'aws:sourceidentity': [],
      'aws:sourceip': ['192.0.2.7'],
      'aws:currenttime': ['2026-01-31T12:00:00Z'],
      'aws:requestedregion': ['eu-central-1'],
      'aws:securetransport': ['true'],
      'aws:useragent': ['aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux'],
    })
  })

  it('of a listing say which parameters it did not have', () => {
    expect(keysOf(deniedListing(OWNER, ''), 's3:ListBucket')).toMatchObject({
      ...{ 's3:prefix': [''], 's3:delimiter': ['/'], 's3:max-keys': [] },
    })
  })

  it('do not have the tags of a token that is passed through', () => {
    const { webIdentity, ...others } = record
    expect(webIdentity).toBeDefined()
    const keys = keysOf(cloudTrailEvent(OWNER), 's3:GetObject', { ...others } as typeof record)
    expect(keys).not.toHaveProperty('aws:principaltag/team')
    expect(keys).not.toHaveProperty('aws:sourceidentity')
  })

  it('do not have the address of an AWS service that calls for the session', () => {
    const event = cloudTrailEvent(OWNER, { sourceIPAddress: 'athena.amazonaws.com' })
    expect(keysOf(event, 's3:GetObject')).not.toHaveProperty('aws:sourceip')
  })

  it('have the partition key, where the event has only one attribute', () => {
    const event = (key: object) =>
      cloudTrailEvent(OWNER, {
        ...{ eventSource: 'dynamodb.amazonaws.com', eventName: 'GetItem' },
        requestParameters: { tableName: 'Games', key },
      })
    expect(keysOf(event({ player: 'alice' }), 'dynamodb:GetItem')).toMatchObject({
      'dynamodb:leadingkeys': ['alice'],
    })
    expect(keysOf(event({ player: 'alice', game: '1' }), 'dynamodb:GetItem')).not.toHaveProperty(
      'dynamodb:leadingkeys',
    )
  })
})
