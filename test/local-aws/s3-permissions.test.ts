/** What each operation of the local S3 needs, and what a session without it gets. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { PolicyStatement } from '@token-broker/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  allowObjects,
  BUCKET,
  type LocalS3Environment,
  startS3Environment,
} from './s3-environment.ts'

let environment: LocalS3Environment
let uploadId: string

const KEY = 'own/object'
const TAGGED = 'own/tagged'
const OBJECT = `arn:aws:s3:::${BUCKET}/${KEY}`
const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`
const at = (Key = KEY) => ({ Bucket: BUCKET, Key })

beforeAll(async () => {
  environment = await startS3Environment()
  const { owner } = environment
  await owner.send(new PutObjectCommand({ ...at(), Body: 'x' }))
  await owner.send(new PutObjectCommand({ ...at(TAGGED), Body: 'x', Tagging: 'team=red' }))
  uploadId = (await owner.send(new CreateMultipartUploadCommand(at()))).UploadId ?? ''
  await owner.send(
    new UploadPartCommand({ ...at(), UploadId: uploadId, PartNumber: 1, Body: 'part' }),
  )
})
afterAll(() => environment.close())

/** Each operation with the statements that are just enough, in an order that keeps the objects. */
const OPERATIONS: readonly (readonly [
  name: string,
  needs: readonly PolicyStatement[],
  send: (client: S3Client) => Promise<unknown>,
])[] = [
  ['GetObject', [allow('s3:GetObject', OBJECT)], (s3) => s3.send(new GetObjectCommand(at()))],
  ['HeadObject', [allow('s3:GetObject', OBJECT)], (s3) => s3.send(new HeadObjectCommand(at()))],
  [
    'PutObject',
    [allow('s3:PutObject', OBJECT)],
    (s3) => s3.send(new PutObjectCommand({ ...at(), Body: 'x' })),
  ],
  [
    'PutObject with tags',
    [allow('s3:PutObject', OBJECT), allow('s3:PutObjectTagging', OBJECT)],
    (s3) => s3.send(new PutObjectCommand({ ...at(), Body: 'x', Tagging: 'a=b' })),
  ],
  [
    'PutObject with an ACL',
    [allow('s3:PutObject', OBJECT), allow('s3:PutObjectAcl', OBJECT)],
    (s3) => s3.send(new PutObjectCommand({ ...at(), Body: 'x', ACL: 'private' })),
  ],
  [
    'PutObject if the ETag matches',
    [allow('s3:PutObject', OBJECT), allow('s3:GetObject', OBJECT)],
    (s3) =>
      s3.send(
        new PutObjectCommand({
          ...{ ...at(), Body: 'x', IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' },
        }),
      ),
  ],
  [
    'GetObjectTagging',
    [allow('s3:GetObjectTagging', OBJECT)],
    (s3) => s3.send(new GetObjectTaggingCommand(at())),
  ],
  [
    'PutObjectTagging',
    [allow('s3:PutObjectTagging', OBJECT)],
    (s3) => s3.send(new PutObjectTaggingCommand({ ...at(), Tagging: { TagSet: [] } })),
  ],
  [
    'DeleteObjectTagging',
    [allow('s3:DeleteObjectTagging', OBJECT)],
    (s3) => s3.send(new DeleteObjectTaggingCommand(at())),
  ],
  [
    'CopyObject',
    [allow('s3:GetObject', OBJECT), allow('s3:PutObject', `${OBJECT}-copy`)],
    (s3) =>
      s3.send(new CopyObjectCommand({ ...at(`${KEY}-copy`), CopySource: `${BUCKET}/${KEY}` })),
  ],
  [
    'CopyObject of an object with tags',
    [
      allow('s3:GetObject', `${BUCKET_ARN}/${TAGGED}`),
      allow('s3:GetObjectTagging', `${BUCKET_ARN}/${TAGGED}`),
      allow('s3:PutObject', `${OBJECT}-copy`),
      allow('s3:PutObjectTagging', `${OBJECT}-copy`),
    ],
    (s3) =>
      s3.send(new CopyObjectCommand({ ...at(`${KEY}-copy`), CopySource: `${BUCKET}/${TAGGED}` })),
  ],
  [
    'CreateMultipartUpload',
    [allow('s3:PutObject', OBJECT)],
    (s3) => s3.send(new CreateMultipartUploadCommand(at())),
  ],
  [
    'UploadPart',
    [allow('s3:PutObject', OBJECT)],
    (s3) =>
      s3.send(new UploadPartCommand({ ...at(), UploadId: uploadId, PartNumber: 1, Body: 'x' })),
  ],
  [
    'UploadPartCopy',
    [allow('s3:PutObject', OBJECT), allow('s3:GetObject', `${BUCKET_ARN}/${TAGGED}`)],
    (s3) =>
      s3.send(
        new UploadPartCopyCommand({
          ...{ ...at(), UploadId: uploadId, PartNumber: 1, CopySource: `${BUCKET}/${TAGGED}` },
        }),
      ),
  ],
  [
    'ListParts',
    [allow('s3:ListMultipartUploadParts', OBJECT)],
    (s3) => s3.send(new ListPartsCommand({ ...at(), UploadId: uploadId })),
  ],
  [
    'CompleteMultipartUpload',
    [allow('s3:PutObject', OBJECT)],
    async (s3) => {
      const { owner } = environment
      const { UploadId } = await owner.send(new CreateMultipartUploadCommand(at()))
      const part = { PartNumber: 1 }
      const { ETag } = await owner.send(
        new UploadPartCommand({ ...at(), ...part, UploadId, Body: 'x' }),
      )
      const MultipartUpload = { Parts: [{ ...part, ETag }] }
      return s3.send(new CompleteMultipartUploadCommand({ ...at(), UploadId, MultipartUpload }))
    },
  ],
  [
    'AbortMultipartUpload',
    [allow('s3:AbortMultipartUpload', OBJECT)],
    async (s3) => {
      const { UploadId } = await environment.owner.send(new CreateMultipartUploadCommand(at()))
      return s3.send(new AbortMultipartUploadCommand({ ...at(), UploadId }))
    },
  ],
  [
    'ListMultipartUploads',
    [allow('s3:ListBucketMultipartUploads', BUCKET_ARN)],
    (s3) => s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET })),
  ],
  [
    'ListObjectsV2',
    [allow('s3:ListBucket', BUCKET_ARN)],
    (s3) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET })),
  ],
  [
    'ListObjects',
    [allow('s3:ListBucket', BUCKET_ARN)],
    (s3) => s3.send(new ListObjectsCommand({ Bucket: BUCKET })),
  ],
  [
    'HeadBucket',
    [allow('s3:ListBucket', BUCKET_ARN)],
    (s3) => s3.send(new HeadBucketCommand({ Bucket: BUCKET })),
  ],
  [
    'GetBucketLocation',
    [allow('s3:GetBucketLocation', BUCKET_ARN)],
    (s3) => s3.send(new GetBucketLocationCommand({ Bucket: BUCKET })),
  ],
  [
    'ListBuckets',
    [allow('s3:ListAllMyBuckets', 'arn:aws:s3:::*')],
    (s3) => s3.send(new ListBucketsCommand()),
  ],
  [
    'CreateBucket',
    [allow('s3:CreateBucket', 'arn:aws:s3:::another')],
    (s3) => s3.send(new CreateBucketCommand({ Bucket: 'another' })),
  ],
  [
    'DeleteBucket',
    [allow('s3:DeleteBucket', 'arn:aws:s3:::another')],
    (s3) => s3.send(new DeleteBucketCommand({ Bucket: 'another' })),
  ],
  [
    'DeleteObject if the ETag matches',
    [allow('s3:DeleteObject', `${OBJECT}-copy`), allow('s3:GetObject', `${OBJECT}-copy`)],
    (s3) =>
      s3.send(
        new DeleteObjectCommand({
          ...{ ...at(`${KEY}-copy`), IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' },
        }),
      ),
  ],
  [
    'DeleteObject',
    [allow('s3:DeleteObject', OBJECT)],
    (s3) => s3.send(new DeleteObjectCommand(at())),
  ],
]

it.each(OPERATIONS)('%s needs exactly this', async (_, needs, send) => {
  for (const missing of needs) {
    const others = needs.filter((need) => need !== missing)
    const { Action } = missing
    // Every other action is allowed everywhere, so that only the missing one can be the reason.
    const allOthers: PolicyStatement = {
      ...{ Effect: 'Allow', NotAction: String(Action), Resource: '*' },
    }
    const policy = [...others, allOthers]
    const client = environment.connect(environment.openSession(policy))
    await expect(send(client), String(Action)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
  }
  await send(environment.connect(environment.openSession(needs)))
})

const DENIED = new RegExp(
  [
    '^User: arn:aws:sts::111122223333:assumed-role/app/session\\d+ is not authorized to perform: ',
    's3:GetObject on resource: "arn:aws:s3:::examples/other/object" because no session policy ',
    'allows the s3:GetObject action$',
  ].join(''),
)

describe('a denial', () => {
  it('has the message of AWS, and an explanation in a header and in the log', async () => {
    const keys = environment.openSession([allowObjects('own/', 's3:GetObject')])
    const client = environment.connect(keys)
    const denied = client.send(new GetObjectCommand(at('other/object')))
    await expect(denied).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(DENIED),
      $response: {
        headers: { 'x-token-broker-denial': expect.stringMatching(/^session policy: [ -~]+$/) },
      },
    })
    expect(environment.lines.at(-1)).toMatch(/^local S3: 403 AccessDenied: session policy/)
  })

  it('of a read does not show whether the object exists', async () => {
    const reader = environment.connect(environment.openSession([allowObjects('', 's3:GetObject')]))
    await expect(reader.send(new GetObjectCommand(at('absent')))).rejects.toMatchObject({
      ...{ name: 'AccessDenied', message: expect.stringContaining('s3:ListBucket') },
    })
    const lister = environment.connect(
      environment.openSession([
        allowObjects('', 's3:GetObject'),
        allow('s3:ListBucket', BUCKET_ARN),
      ]),
    )
    await expect(lister.send(new GetObjectCommand(at('absent')))).rejects.toMatchObject({
      name: 'NoSuchKey',
    })
  })

  it('of a write leaves the object as it was', async () => {
    const { owner } = environment
    await owner.send(new PutObjectCommand({ ...at('kept'), Body: 'before' }))
    const session = environment.connect(environment.openSession([allowObjects('', 's3:GetObject')]))
    for (const denied of await Promise.allSettled([
      session.send(new PutObjectCommand({ ...at('kept'), Body: 'after' })),
      session.send(new CopyObjectCommand({ ...at('kept'), CopySource: `${BUCKET}/${TAGGED}` })),
      session.send(new DeleteObjectCommand(at('kept'))),
    ]))
      expect(denied).toMatchObject({ reason: { name: 'AccessDenied' } })
    const { Body } = await owner.send(new GetObjectCommand(at('kept')))
    expect(await Body?.transformToString()).toBe('before')
  })
})

function allow(action: string, resource: string): PolicyStatement {
  return { Effect: 'Allow', Action: action, Resource: resource }
}
