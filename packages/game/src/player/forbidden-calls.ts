/** Calls that no player may make: the developer panel shows that they are denied, and why. */
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { GameClients } from '../data/game-clients.ts'
import { pictureKey } from '../data/picture-object.ts'

/** Whether the id exists does not matter: the denial is the same. */
export function otherPlayer(identityId: string): string {
  return `${identityId.split(':')[0]}:00000000-0000-4000-8000-000000000000`
}

export async function readOtherRow(
  { dynamodb, config, options }: GameClients,
  player: string,
): Promise<void> {
  const Key = { player: { S: player } }
  const command = new GetItemCommand({ TableName: config.dynamodb.profiles, Key })
  await dynamodb.send(command, options)
}

export async function readOtherPicture(
  { s3, config, options }: GameClients,
  player: string,
): Promise<void> {
  const command = new GetObjectCommand({ Bucket: config.s3.bucket, Key: pictureKey(player) })
  await s3.send(command, options)
}

export async function scanAllScores({ dynamodb, config, options }: GameClients): Promise<void> {
  await dynamodb.send(new ScanCommand({ TableName: config.dynamodb.scores }), options)
}
