/** Performs S3 actions with a session, and checks that the response matches the effect. */
import { strict as assert } from 'node:assert'
import { Agent } from 'node:http'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { BUCKET } from './ceph-tenants.ts'
import type { AccessKeys } from './cluster/start-ceph.ts'
import type { S3Request } from './expected-decision.ts'
import { folderOf } from './object-keys.ts'

export const ACTIONS = ['Get', 'Tags', 'List', 'Put', 'Delete'] as const
export type Action = (typeof ACTIONS)[number]
export type Outcome = 'allowed' | 'denied'

/** @param aheadMs by how much the server's clock is ahead */
export function connectS3(endpoint: string, credentials: AccessKeys, aheadMs = 0): S3Client {
  const client = { region: 'default', endpoint, forcePathStyle: true, maxAttempts: 1 }
  return new S3Client({ ...client, credentials, systemClockOffset: aheadMs })
}

/** @param localAddress from which it connects */
export function connectS3From(
  localAddress: string,
  endpoint: string,
  credentials: AccessKeys,
): S3Client {
  const client = { region: 'default', endpoint, forcePathStyle: true, maxAttempts: 1 }
  return new S3Client({
    ...client,
    credentials,
    requestHandler: { httpAgent: new Agent({ localAddress }) },
  })
}

/** The authorization request of an action, as in the S3 User Guide's table of permissions. */
export function requestOf(action: Action, key: string): S3Request {
  const [bucket, object] = [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/${key}`]
  switch (action) {
    case 'Get':
      return { action: 's3:GetObject', resource: object, context: {} }
    case 'Tags':
      return { action: 's3:GetObjectTagging', resource: object, context: {} }
    case 'List':
      return { action: 's3:ListBucket', resource: bucket, context: { 's3:prefix': folderOf(key) } }
    case 'Put':
      return { action: 's3:PutObject', resource: object, context: {} }
    case 'Delete':
      return { action: 's3:DeleteObject', resource: object, context: {} }
  }
}

/** An object contains its own key, so that reading the wrong object is noticed. */
export async function seed(owner: S3Client, key: string): Promise<void> {
  await owner.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: key }))
}

/** @param owner checks the effect and restores the object */
export async function attempt(
  action: Action,
  key: string,
  session: S3Client,
  owner: S3Client,
): Promise<Outcome> {
  const object = { Bucket: BUCKET, Key: key }
  switch (action) {
    case 'Get': {
      const { outcome, response } = await outcomeOf(read(session, key))
      if (outcome === 'allowed') assert.equal(response, key)
      return outcome
    }
    case 'Tags':
      return (await outcomeOf(session.send(new GetObjectTaggingCommand(object)))).outcome
    case 'List': {
      const prefix = folderOf(key)
      const { outcome, response } = await outcomeOf(
        session.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix })),
      )
      const found = response?.Contents?.map(({ Key }) => Key) ?? []
      assert.equal(found.includes(key), outcome === 'allowed')
      assert.ok(found.every((name) => name?.startsWith(prefix)))
      return outcome
    }
    case 'Put': {
      const body = `${key} changed`
      const { outcome } = await outcomeOf(
        session.send(new PutObjectCommand({ ...object, Body: body })),
      )
      assert.equal(await read(owner, key), outcome === 'allowed' ? body : key)
      if (outcome === 'allowed') await seed(owner, key)
      return outcome
    }
    case 'Delete': {
      const { outcome } = await outcomeOf(session.send(new DeleteObjectCommand(object)))
      assert.equal(await exists(owner, key), outcome === 'denied')
      if (outcome === 'allowed') await seed(owner, key)
      return outcome
    }
  }
}

/** @throws every error other than AccessDenied */
export async function outcomeOf<Response>(
  sending: Promise<Response>,
): Promise<{ readonly outcome: Outcome; readonly response?: Response }> {
  try {
    return { outcome: 'allowed', response: await sending }
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'AccessDenied')
      return { outcome: 'denied' }
    throw error
  }
}

export async function read(s3: S3Client, key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
  return Body?.transformToString()
}

async function exists(s3: S3Client, key: string): Promise<boolean> {
  return read(s3, key).then(
    () => true,
    (error: unknown) => {
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return false
      throw error
    },
  )
}
