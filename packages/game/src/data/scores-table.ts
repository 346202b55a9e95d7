/** The scores of one player in DynamoDB. A score that is already there stays as it is. */
import { PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb'
import type { GameClients } from './game-clients.ts'
import type { Score } from './score-queue.ts'

/** All rows of the leaderboard have this value, so that one query sorts them. */
export const BOARD = 'all'

/**
 * @param isOnBoard false for guests, whose ids are secrets: a row without `board` is not in the
 *   leaderboard's index
 */
export async function putScore(
  { dynamodb, config, options }: GameClients,
  player: string,
  { round, score, name, at }: Score,
  isOnBoard: boolean,
): Promise<void> {
  const command = new PutItemCommand({
    TableName: config.dynamodb.scores,
    Item: {
      ...{ player: { S: player }, round: { S: round }, score: { N: String(score) } },
      ...{ name: { S: name }, at: { N: String(at) } },
      ...(isOnBoard ? { board: { S: BOARD } } : {}),
    },
    ConditionExpression: 'attribute_not_exists(#round)',
    ExpressionAttributeNames: { '#round': 'round' },
  })
  try {
    await dynamodb.send(command, options)
  } catch (error) {
    // It was saved before: by another tab, or by a request whose response was lost.
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error
  }
}

/** Of one player, in no order. Rows that are not scores are left out. */
export async function listScores(
  { dynamodb, config, options }: GameClients,
  player: string,
): Promise<readonly Score[]> {
  const scores: Score[] = []
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: config.dynamodb.scores,
      KeyConditionExpression: '#player = :player',
      ExpressionAttributeNames: { '#player': 'player' },
      ExpressionAttributeValues: { ':player': { S: player } },
    },
    options,
  )
  for await (const { Items = [] } of pages)
    for (const { round, score, name, at } of Items) {
      const points = Number(score?.N)
      if (round?.S === undefined || !Number.isFinite(points)) continue
      scores.push({ round: round.S, score: points, name: name?.S ?? '', at: Number(at?.N ?? 0) })
    }
  return scores
}
