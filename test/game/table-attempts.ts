/** What a hostile player tries with the tables of the game. */
import * as dynamo from '@aws-sdk/client-dynamodb'
import type { Command } from '@smithy/types'
import type { Attempt, CommandOptions, Target } from './attempt.ts'

const PROFILES = 'game-profiles'
const SCORES = 'game-scores'
const INDEX = 'by-score'
const player = ({ identityId }: Target) => ({ S: identityId })
const score = (target: Target, more: Record<string, dynamo.AttributeValue> = {}) => ({
  ...{ player: player(target), round: { S: 'forged' }, score: { N: '999999' } },
  ...{ name: { S: 'Mallory' }, at: { N: '1' }, ...more },
})
const scoresOf = (target: Target) => ({
  TableName: SCORES,
  KeyConditionExpression: 'player = :player',
  ExpressionAttributeValues: { ':player': player(target) },
})

const inTables = <Input extends dynamo.ServiceInputTypes, Output extends dynamo.ServiceOutputTypes>(
  name: string,
  call: (
    target: Target,
    own: Target,
  ) => Command<dynamo.ServiceInputTypes, Input, dynamo.ServiceOutputTypes, Output, CommandOptions>,
): Attempt => ({ name, run: (attacker, target) => attacker.dynamodb.send(call(target, attacker)) })

const ROWS: readonly Attempt[] = [
  inTables(
    'get the profile',
    (it) => new dynamo.GetItemCommand({ TableName: PROFILES, Key: { player: player(it) } }),
  ),
  inTables(
    'replace the profile',
    (it) =>
      new dynamo.PutItemCommand({
        ...{ TableName: PROFILES, Item: { player: player(it), version: { N: '99' } } },
      }),
  ),
  inTables(
    'update the profile',
    (it) =>
      new dynamo.UpdateItemCommand({
        ...{ TableName: PROFILES, Key: { player: player(it) } },
        ...{
          UpdateExpression: 'SET version = :v',
          ExpressionAttributeValues: { ':v': { N: '0' } },
        },
      }),
  ),
  inTables(
    'delete the profile',
    (it) => new dynamo.DeleteItemCommand({ TableName: PROFILES, Key: { player: player(it) } }),
  ),
  inTables('query the scores', (it) => new dynamo.QueryCommand(scoresOf(it))),
  inTables(
    'count the scores',
    (it) => new dynamo.QueryCommand({ ...scoresOf(it), Select: 'COUNT' }),
  ),
  inTables(
    'add a score for the player',
    (it) => new dynamo.PutItemCommand({ TableName: SCORES, Item: score(it) }),
  ),
  inTables(
    'learn from a condition whether the player has a profile',
    (it) =>
      new dynamo.PutItemCommand({
        ...{ TableName: PROFILES, Item: { player: player(it) } },
        ConditionExpression: 'attribute_not_exists(player)',
      }),
  ),
  ...[PROFILES, SCORES].map((TableName) =>
    inTables(`scan ${TableName}`, () => new dynamo.ScanCommand({ TableName })),
  ),
  inTables(
    'scan the leaderboard',
    () => new dynamo.ScanCommand({ TableName: SCORES, IndexName: INDEX }),
  ),
  inTables(
    'get the own profile and that of the player in one batch',
    (it, own) =>
      new dynamo.BatchGetItemCommand({
        RequestItems: {
          [PROFILES]: { Keys: [{ player: player(own) }, { player: player(it) }] },
        },
      }),
  ),
  inTables(
    'write for both in one batch',
    (it, own) =>
      new dynamo.BatchWriteItemCommand({
        RequestItems: {
          [SCORES]: [own, it].map((one) => ({ PutRequest: { Item: score(one) } })),
        },
      }),
  ),
  inTables(
    'select the scores with PartiQL',
    (it) =>
      new dynamo.ExecuteStatementCommand({
        Statement: `SELECT * FROM "${SCORES}" WHERE player = '${it.identityId}'`,
      }),
  ),
  inTables('list the tables', () => new dynamo.ListTablesCommand({})),
  inTables('describe the table', () => new dynamo.DescribeTableCommand({ TableName: SCORES })),
  inTables('delete the table', () => new dynamo.DeleteTableCommand({ TableName: SCORES })),
]

/** Of all features that the local DynamoDB does not have, which it refuses by name. */
const TRANSACTIONS: readonly Attempt[] = [
  inTables(
    'read in a transaction',
    (it) =>
      new dynamo.TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: PROFILES, Key: { player: player(it) } } }],
      }),
  ),
  inTables(
    'write in a transaction',
    (it) =>
      new dynamo.TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: SCORES, Item: score(it) } }],
      }),
  ),
]

const byScore = (more: Partial<dynamo.QueryCommandInput>) =>
  new dynamo.QueryCommand({
    ...{ TableName: SCORES, IndexName: INDEX, KeyConditionExpression: 'board = :board' },
    ...{ ExpressionAttributeValues: { ':board': { S: 'all' } }, ...more },
  })

/** With the session of a user or a guest, against another user or guest. */
export const AGAINST_ROWS: readonly Attempt[] = [
  ...ROWS,
  ...TRANSACTIONS,
  inTables('query the leaderboard with the session of the player', () => byScore({})),
]

/** With the session of a guest, who may not be on the leaderboard. */
export const OF_GUESTS: readonly Attempt[] = [
  inTables(
    'add an own score to the leaderboard',
    (_, own) =>
      new dynamo.PutItemCommand({ TableName: SCORES, Item: score(own, { board: { S: 'all' } }) }),
  ),
  inTables(
    'add the attribute to an own score',
    (_, own) =>
      new dynamo.UpdateItemCommand({
        ...{ TableName: SCORES, Key: { player: player(own), round: { S: 'own' } } },
        ...{ UpdateExpression: 'SET board = :b' },
        ExpressionAttributeValues: { ':b': { S: 'all' } },
      }),
  ),
]

/** With the session of the leaderboard, which everybody gets. */
export const TABLES_OF_BOARD: readonly Attempt[] = [
  ...ROWS,
  inTables('query all attributes', () => byScore({ Select: 'ALL_ATTRIBUTES' })),
  inTables('query what is projected', () => byScore({})),
  inTables('count the rows', () => byScore({ Select: 'COUNT' })),
  inTables('query an attribute that is not shown', () =>
    byScore({ ProjectionExpression: '#at', ExpressionAttributeNames: { '#at': 'at' } }),
  ),
  inTables('filter by an attribute that is not shown', () =>
    byScore({
      ...{ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'score' },
      ...{ FilterExpression: '#at > :board', ExpressionAttributeNames: { '#at': 'at' } },
    }),
  ),
  inTables(
    'query the table itself',
    (it) =>
      new dynamo.QueryCommand({
        ...scoresOf(it),
        ...{ Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'score' },
      }),
  ),
]
