/** What a hostile player tries with the pictures of the game. */
import * as s3 from '@aws-sdk/client-s3'
import type { Command } from '@smithy/types'
import type { Attempt, CommandOptions, Target } from './attempt.ts'

export const BUCKET = 'game-pictures'
export const pictureOf = ({ identityId }: Target) => `players/${identityId}/picture.png`

const inS3 = <Input extends s3.ServiceInputTypes, Output extends s3.ServiceOutputTypes>(
  name: string,
  call: (
    target: Target,
    own: Target,
  ) => Command<s3.ServiceInputTypes, Input, s3.ServiceOutputTypes, Output, CommandOptions>,
): Attempt => ({ name, run: (attacker, target) => attacker.s3.send(call(target, attacker)) })

export const OBJECT_ATTEMPTS: readonly Attempt[] = [
  inS3('get the picture', (it) => new s3.GetObjectCommand({ Bucket: BUCKET, Key: pictureOf(it) })),
  inS3(
    'head the picture',
    (it) => new s3.HeadObjectCommand({ Bucket: BUCKET, Key: pictureOf(it) }),
  ),
  inS3(
    'replace the picture',
    (it) => new s3.PutObjectCommand({ Bucket: BUCKET, Key: pictureOf(it), Body: 'forged' }),
  ),
  inS3(
    'delete the picture',
    (it) => new s3.DeleteObjectCommand({ Bucket: BUCKET, Key: pictureOf(it) }),
  ),
  inS3(
    'copy the picture to the own key',
    (it, own) =>
      new s3.CopyObjectCommand({
        ...{ Bucket: BUCKET, Key: pictureOf(own), CopySource: `${BUCKET}/${pictureOf(it)}` },
      }),
  ),
  inS3(
    'copy the own picture over it',
    (it, own) =>
      new s3.CopyObjectCommand({
        ...{ Bucket: BUCKET, Key: pictureOf(it), CopySource: `${BUCKET}/${pictureOf(own)}` },
      }),
  ),
  inS3(
    'upload it in parts',
    (it) => new s3.CreateMultipartUploadCommand({ Bucket: BUCKET, Key: pictureOf(it) }),
  ),
  {
    name: 'copy the picture as a part of an own upload',
    run: async (attacker, target) => {
      const own = { Bucket: BUCKET, Key: pictureOf(attacker) }
      const { UploadId } = await attacker.s3.send(new s3.CreateMultipartUploadCommand(own))
      const CopySource = `${BUCKET}/${pictureOf(target)}`
      await attacker.s3.send(
        new s3.UploadPartCopyCommand({ ...own, UploadId, PartNumber: 1, CopySource }),
      )
    },
  },
  inS3(
    'get its tags',
    (it) => new s3.GetObjectTaggingCommand({ Bucket: BUCKET, Key: pictureOf(it) }),
  ),
  ...['../', '%2e%2e/', './../', '//../'].map((up) =>
    inS3(
      `get the picture by the own prefix and ${up}`,
      (it, own) =>
        new s3.GetObjectCommand({
          ...{ Bucket: BUCKET, Key: `players/${own.identityId}/${up}${it.identityId}/picture.png` },
        }),
    ),
  ),
  inS3(
    'put an object of another name under the own prefix',
    (_, { identityId }) =>
      new s3.PutObjectCommand({ Bucket: BUCKET, Key: `players/${identityId}/x.html`, Body: 'x' }),
  ),
  inS3('list the bucket', () => new s3.ListObjectsV2Command({ Bucket: BUCKET })),
  inS3(
    'list the prefix of the player',
    (it) => new s3.ListObjectsV2Command({ Bucket: BUCKET, Prefix: `players/${it.identityId}/` }),
  ),
  inS3('list the versions', () => new s3.ListObjectVersionsCommand({ Bucket: BUCKET })),
  inS3('list the uploads', () => new s3.ListMultipartUploadsCommand({ Bucket: BUCKET })),
  inS3('list the buckets', () => new s3.ListBucketsCommand({})),
  inS3('create a bucket', () => new s3.CreateBucketCommand({ Bucket: 'mallorys-bucket' })),
  inS3('delete the bucket', () => new s3.DeleteBucketCommand({ Bucket: BUCKET })),
]

/** S3 responds with 200, and with an error for each key. */
const DELETE_OBJECTS: Attempt = {
  name: 'delete the picture in a request for many',
  run: async (attacker, target) => {
    const Objects = [{ Key: pictureOf(target) }]
    const { Errors = [] } = await attacker.s3.send(
      new s3.DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }),
    )
    const [error] = Errors
    if (error) throw Object.assign(new Error(error.Message), { name: error.Code })
  },
}

/** The part of these at S3. */
export const AGAINST_OBJECTS: readonly Attempt[] = [...OBJECT_ATTEMPTS, DELETE_OBJECTS]
