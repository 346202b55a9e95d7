/** A local runtime, a session of alice from its STS, and two folders of objects: hers and bob's. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { asRecord, demoToken, postJson } from '../../../packages/local/src/demo/demo-client.ts'
import { startRuntime } from '../../../packages/local/src/runtime.ts'
import { findFreePort } from '../../fixtures/free-port.ts'
import { closeAfterTests, makeTemporaryFolder } from '../../fixtures/index.ts'

export const REGION = 'eu-central-1'
export const OPERATIONS = [
  ...(['upload', 'download', 'list', 'copy', 'delete', 'multipart'] as const),
]
export type Operation = (typeof OPERATIONS)[number]
export const FOLDERS = ['alice', 'bob'] as const
/** In each folder. rclone looks for an object before it deletes it. */
export const OBJECTS = ['deleted-by-rclone.txt', 'deleted.txt', 'given.txt']
/** Longer than one part of a multipart upload may be short. */
const LARGE_BYTES = 11 * 1024 * 1024

interface SessionKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

export interface ClientLab {
  readonly s3Url: string
  readonly dynamodbUrl: string
  readonly keys: SessionKeys
  /** Of the owner of the local account. */
  readonly owner: S3Client
  /** A folder with `small.txt` and `large.bin`. */
  readonly folder: string
  /** The environment in which clients find the session, and nothing else. */
  readonly environment: Readonly<Record<string, string>>
}

/** @param pageUrl origin of the page that may call the services */
export async function startClientLab(pageUrl: string): Promise<ClientLab> {
  const folder = makeTemporaryFolder()
  const idpPort = await findFreePort()
  const tenantsDir = makeTemporaryFolder()
  writeFileSync(path.join(tenantsDir, 'acme.yaml'), documentOf(idpPort, pageUrl))
  const aws = { s3Port: 0, dynamodbPort: 0 }
  const runtime = await closeAfterTests(
    startRuntime({
      brokerPort: 0,
      idpPort,
      stsPort: 0,
      tenantsDir,
      aws,
      log: (l) => process.env.SHOW && console.error(l),
    }),
  )
  if (runtime.aws === undefined) throw new Error('There is no local AWS.')
  const { s3Url, dynamodbUrl, sessions } = runtime.aws
  const { accessKeyId: ownerKey, secretAccessKey: ownerSecret } = sessions.owner
  const owner = new S3Client({
    ...{ region: REGION, endpoint: s3Url, forcePathStyle: true },
    credentials: { accessKeyId: ownerKey, secretAccessKey: ownerSecret },
  })
  await fill(owner, dynamodbUrl)
  writeFileSync(path.join(folder, 'small.txt'), 'small')
  writeFileSync(path.join(folder, 'large.bin'), Buffer.alloc(LARGE_BYTES, 'x'))
  const token = await demoToken(runtime.idpUrl, { username: 'alice', token: 'id_token' })
  const issued = await postJson(`${runtime.brokerUrl}/v1/credentials`, token, {})
  const { accessKeyId, secretAccessKey, sessionToken } = asRecord(issued.body.credentials)
  const keys = {
    accessKeyId: String(accessKeyId),
    secretAccessKey: String(secretAccessKey),
    sessionToken: String(sessionToken),
  }
  const environment = {
    ...{ HOME: folder, PATH: `/usr/bin:/bin:${process.env.PATH}` },
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    ...{ AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' },
  }
  return { s3Url, dynamodbUrl, keys, owner, folder, environment }
}

async function fill(owner: S3Client, dynamodbUrl: string): Promise<void> {
  const { region, credentials } = owner.config
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: dynamodbUrl })
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'notes',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'user', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }],
    }),
  )
  for (const name of FOLDERS) {
    for (const key of OBJECTS)
      await owner.send(
        new PutObjectCommand({ Bucket: 'files', Key: `${name}/${key}`, Body: 'given' }),
      )
    const Item = { user: { S: name } }
    await dynamodb.send(new PutItemCommand({ TableName: 'notes', Item }))
  }
  dynamodb.destroy()
}

function documentOf(idpPort: number, pageUrl: string): string {
  return `
tenant: acme
issuers: [{ issuer: 'http://127.0.0.1:${idpPort}', verify: { kind: jwt }, audiences: [demo] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: all, grant: own }]
grants:
  own:
    role: arn:aws:iam::111122223333:role/clients
    policy:
      - Effect: Allow
        # rclone sends an ACL, and documents that it needs the permission for that.
        Action: [s3:GetObject, s3:PutObject, s3:PutObjectAcl, s3:DeleteObject]
        Resource: arn:aws:s3:::files/{{user}}/*
      - Effect: Allow
        Action: s3:ListBucket
        Resource: arn:aws:s3:::files
        Condition: { StringLike: { 's3:prefix': '{{user}}/*' } }
      - Effect: Allow
        Action: [dynamodb:GetItem, dynamodb:PutItem]
        Resource: arn:aws:dynamodb:*:111122223333:table/notes
        Condition:
          ForAllValues:StringEquals: { 'dynamodb:LeadingKeys': '{{user}}' }
          'Null': { 'dynamodb:LeadingKeys': 'false' }
allowedOrigins: ['${pageUrl}']
`
}
