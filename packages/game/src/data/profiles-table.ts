/** Profiles in DynamoDB. A save succeeds only if nobody saved since the profile was read. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { GameClients } from './game-clients.ts'
import { isSameProfile, LAMPS, mergeProfiles, NEW_PROFILE, type Profile } from './merge-profiles.ts'

/** Each attempt means that another device saved in between. */
const ATTEMPTS = 6

export interface SavedProfile {
  readonly profile: Profile
  /** Whether another device had saved since `base` was read. */
  readonly hadConflict: boolean
  readonly overwritten: ReturnType<typeof mergeProfiles>['overwritten']
}

/** @returns a new profile with version 0 if the player has none */
export async function readStoredProfile(
  { dynamodb, config, options }: GameClients,
  player: string,
): Promise<Profile> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: config.dynamodb.profiles,
      Key: { player: { S: player } },
      ConsistentRead: true,
    }),
    options,
  )
  const { version, name, lamp, best } = Item ?? {}
  return {
    version: finite(version?.N),
    name: name?.S ?? NEW_PROFILE.name,
    lamp: LAMPS.find((known) => known === lamp?.S) ?? NEW_PROFILE.lamp,
    best: finite(best?.N),
  }
}

/**
 * @param base what the change was made to
 * @throws {Error} other devices kept saving, or DynamoDB cannot be reached
 */
export async function saveProfile(
  clients: GameClients,
  player: string,
  base: Profile,
  mine: Profile,
): Promise<SavedProfile> {
  let wanted: Profile = { ...mine, version: base.version }
  let result: Omit<SavedProfile, 'profile'> = { hadConflict: false, overwritten: [] }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const next = { ...wanted, version: wanted.version + 1 }
    if (await putIfUnchanged(clients, player, next, wanted.version))
      return { ...result, profile: next }
    const stored = await readStoredProfile(clients, player)
    const merged = mergeProfiles(base, mine, stored)
    // The response to an earlier attempt was lost, or the other device made the same change.
    if (isSameProfile(merged.profile, stored)) return { ...result, profile: stored }
    wanted = merged.profile
    result = { hadConflict: true, overwritten: merged.overwritten }
  }
  throw new Error('Other devices kept changing the profile; try again')
}

async function putIfUnchanged(
  { dynamodb, config, options }: GameClients,
  player: string,
  { version, name, lamp, best }: Profile,
  expected: number,
): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: config.dynamodb.profiles,
    Item: {
      ...{ player: { S: player }, version: { N: String(version) }, name: { S: name } },
      ...{ lamp: { S: lamp }, best: { N: String(best) } },
    },
    ...(expected === 0
      ? {
          ConditionExpression: 'attribute_not_exists(#player)',
          ExpressionAttributeNames: { '#player': 'player' },
        }
      : {
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': { N: String(expected) } },
        }),
  })
  try {
    await dynamodb.send(command, options)
    return true
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false
    throw error
  }
}

function finite(number: string | undefined): number {
  const value = Number(number ?? 0)
  return Number.isFinite(value) ? value : 0
}
