/** The leaderboard, which everyone may read: names and scores, and nothing else of a row. */
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { GameClients } from './game-clients.ts'
import { BOARD } from './scores-table.ts'

export interface BoardEntry {
  readonly name: string
  readonly score: number
}

const ENTRIES = 20

/** The best first. The grant allows only a query of the index that names its attributes. */
export async function readLeaderboard({
  dynamodb,
  config,
  options,
}: GameClients): Promise<readonly BoardEntry[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: config.dynamodb.scores,
      IndexName: config.dynamodb.index,
      KeyConditionExpression: '#board = :board',
      ExpressionAttributeNames: { '#board': 'board', '#name': 'name', '#score': 'score' },
      ExpressionAttributeValues: { ':board': { S: BOARD } },
      Select: 'SPECIFIC_ATTRIBUTES',
      ProjectionExpression: '#name, #score',
      ScanIndexForward: false,
      Limit: ENTRIES,
    }),
    options,
  )
  return Items.map(({ name, score }) => ({ name: name?.S ?? '', score: Number(score?.N ?? 0) }))
}
