/** Calls of the unmodified AWS SDK for JavaScript v3, in Node.js and as a module of a page. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

interface SdkOptions {
  readonly s3Url: string
  readonly dynamodbUrl: string
  readonly region: string
  readonly keys: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
}

const Bucket = 'files'
const PART_BYTES = 5 * 1024 * 1024

/** @returns `ok`, or the name of the error */
export async function callWithSdk(
  { s3Url, dynamodbUrl, region, keys: credentials }: SdkOptions,
  operation: string,
  folder: string,
): Promise<string> {
  const options = { region, credentials, maxAttempts: 1 }
  const s3 = new S3Client({ ...options, endpoint: s3Url, forcePathStyle: true })
  const dynamodb = new DynamoDBClient({ ...options, endpoint: dynamodbUrl })
  const Key = (name: string) => ({ Bucket, Key: `${folder}/${name}` })
  const user = { S: folder }
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    upload: () => s3.send(new PutObjectCommand({ ...Key('sdk.txt'), Body: 'small' })),
    async download() {
      const { Body } = await s3.send(new GetObjectCommand(Key('given.txt')))
      if ((await Body?.transformToString()) !== 'given') throw new Error('OtherContent')
    },
    list: () => s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${folder}/` })),
    copy: () =>
      s3.send(
        new CopyObjectCommand({
          ...{ Bucket, Key: 'alice/sdk-copy.txt' },
          CopySource: `${Bucket}/${folder}/given.txt`,
        }),
      ),
    delete: () => s3.send(new DeleteObjectCommand(Key('deleted.txt'))),
    async multipart() {
      const upload = { ...Key('sdk.bin') }
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
      const Parts = []
      for (const PartNumber of [1, 2]) {
        const Body = new Uint8Array(PART_BYTES)
        const part = { ...upload, UploadId, PartNumber, Body }
        const { ETag } = await s3.send(new UploadPartCommand(part))
        Parts.push({ PartNumber, ETag })
      }
      const MultipartUpload = { Parts }
      await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
    },
    putItem: () => dynamodb.send(new PutItemCommand({ TableName: 'notes', Item: { user } })),
    getItem: () => dynamodb.send(new GetItemCommand({ TableName: 'notes', Key: { user } })),
  }
  try {
    await calls[operation]?.()
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  } finally {
    s3.destroy()
    dynamodb.destroy()
  }
}
