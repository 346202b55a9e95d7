/** Requests that S3 never makes are left out of a statement, and nothing else is. */
import { expect, it } from 'vitest'
import type { PolicyStatement } from '../../../packages/core/src/model/compiled-tenant.ts'
import { possibleParts } from '../../../packages/core/src/policy/possible-requests.ts'

const parts = (statement: Omit<PolicyStatement, 'Effect'>) =>
  possibleParts({ Effect: 'Allow', ...statement }).map(({ Action, Resource }) => [Action, Resource])

it('takes a bucket from reading, and its objects from listing', () => {
  expect(
    parts({
      Action: ['s3:getObject', 'S3:ListBucket', 'sqs:SendMessage'],
      Resource: ['arn:aws:s3:::acme', 'arn:aws:s3:::acme/*'],
    }),
  ).toEqual([
    [['sqs:SendMessage'], ['arn:aws:s3:::acme', 'arn:aws:s3:::acme/*']],
    [['s3:getObject'], ['arn:aws:s3:::acme/*']],
    [['S3:ListBucket'], ['arn:aws:s3:::acme']],
  ])
})

const BUCKET = 'arn:aws:s3:::acme'
const OBJECT = 'arn:aws:s3:::acme/*'

it.each([
  ...['GetObject', 'GetObjectAcl', 'GetObjectAttributes', 'GetObjectTagging'],
  ...['GetObjectVersion', 'GetObjectVersionAcl', 'GetObjectVersionTagging'],
  ...['PutObject', 'PutObjectAcl', 'PutObjectTagging', 'RestoreObject'],
  ...['DeleteObject', 'DeleteObjectTagging', 'DeleteObjectVersion'],
  ...['AbortMultipartUpload', 'ListMultipartUploadParts'],
])('s3:%s is an action on objects', (name) => {
  const Action = `s3:${name}`
  expect(parts({ Action, Resource: [BUCKET, OBJECT] })).toEqual([[[Action], [OBJECT]]])
})

it.each([
  ...['ListBucket', 'ListBucketVersions', 'ListBucketMultipartUploads', 'GetBucketLocation'],
])('s3:%s is an action on buckets', (name) => {
  const Action = `s3:${name}`
  expect(parts({ Action, Resource: [BUCKET, OBJECT] })).toEqual([[[Action], [BUCKET]]])
})

it.each([
  ['a wildcard that may match an object', 's3:GetObject', ['arn:aws:s3:::acme*']],
  ['a variable that may contain an object', 's3:GetObject', ['arn:aws:s3:::${aws:userid}']],
  ['every resource', 's3:GetObject', ['*']],
  [
    'an object of an access point',
    's3:GetObject',
    ['arn:aws:s3:eu-west-1:1:accesspoint/a/object/x'],
  ],
  ['an access point', 's3:ListBucket', ['arn:aws:s3:eu-west-1:1:accesspoint/a']],
  ['a bucket by a wildcard', 's3:ListBucket', ['arn:aws:s3:::acme*']],
  ['an object below an ARN', 's3:GetObject', ['*arn:aws:s3:::acme']],
  ['an access point below an ARN', 's3:ListBucket', ['*arn:aws:s3:::acme/*']],
  ['a wildcard of actions', 's3:Get*', ['arn:aws:s3:::acme', 'arn:aws:s3:::acme/*']],
])('keeps %s', (_name, Action, Resource) => {
  expect(parts({ Action, Resource })).toEqual([[[Action], Resource]])
})

it.each<Omit<PolicyStatement, 'Effect'>>([
  { Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme' },
  { NotAction: 's3:GetObject', Resource: ['arn:aws:s3:::acme'] },
  { Action: ['s3:GetObject', 's3:ListBucket'], NotResource: 'arn:aws:s3:::acme' },
])('leaves %j as it is', (statement) => {
  expect(possibleParts({ Effect: 'Allow', ...statement })).toEqual([
    { Effect: 'Allow', ...statement },
  ])
})
