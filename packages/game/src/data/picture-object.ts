/** The picture of a player in S3. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { GameClients } from './game-clients.ts'

/** The editor makes pictures of about 300 bytes; anything much larger was not made here. */
const MAXIMUM_BYTES = 100_000

export function pictureKey(player: string): string {
  return `players/${player}/picture.png`
}

/** @returns undefined if the player has none */
export async function readPicture(
  { s3, config, options }: GameClients,
  player: string,
): Promise<Uint8Array | undefined> {
  const command = new GetObjectCommand({ Bucket: config.s3.bucket, Key: pictureKey(player) })
  try {
    const { Body, ContentLength = 0 } = await s3.send(command, options)
    if (ContentLength > MAXIMUM_BYTES) return undefined
    return await Body?.transformToByteArray()
  } catch (error) {
    // S3 does not say to a caller who may not list the bucket that an object does not exist.
    const isMissing = error instanceof Error && ['NoSuchKey', 'AccessDenied'].includes(error.name)
    if (isMissing) return undefined
    throw error
  }
}

/**
 * @param onlyIfNone whether a picture that the player already has stays
 * @returns false if it stayed
 */
export async function savePicture(
  { s3, config, options }: GameClients,
  player: string,
  png: Uint8Array,
  onlyIfNone = false,
): Promise<boolean> {
  const command = new PutObjectCommand({
    ...{ Bucket: config.s3.bucket, Key: pictureKey(player), Body: png, ContentType: 'image/png' },
    ...(onlyIfNone ? { IfNoneMatch: '*' } : {}),
  })
  try {
    await s3.send(command, options)
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return false
    throw error
  }
}
