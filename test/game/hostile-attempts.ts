/** What a hostile player tries with the credentials that the page of the game has. */
import * as dynamo from '@aws-sdk/client-dynamodb'
import * as s3 from '@aws-sdk/client-s3'
import type { Command, HttpHandlerOptions } from '@smithy/types'
import type { PoolSession } from './started-game.ts'

type Options = HttpHandlerOptions & { readonly requestHandler: unknown }

/** Somebody of whom the hostile player wants something. */
export interface Target {
  readonly identityId: string
}

export interface Attacker extends PoolSession {
  readonly s3: s3.S3Client
  readonly dynamodb: dynamo.DynamoDBClient
}

export interface Attempt {
  readonly name: string
  readonly run: (attacker: Attacker, target: Target) => Promise<unknown>
}

export const BUCKET = 'game-pictures'
const PROFILES = 'game-profiles'
const SCORES = 'game-scores'
const INDEX = 'by-score'
export const pictureOf = ({ identityId }: Target) => `players/${identityId}/picture.png`
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

const inS3 = <Input extends s3.ServiceInputTypes, Output extends s3.ServiceOutputTypes>(
  name: string,
  call: (
    target: Target,
    own: Target,
  ) => Command<s3.ServiceInputTypes, Input, s3.ServiceOutputTypes, Output, Options>,
): Attempt => ({ name, run: (attacker, target) => attacker.s3.send(call(target, attacker)) })

const OBJECTS: readonly Attempt[] = [
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

const inTables = <Input extends dynamo.ServiceInputTypes, Output extends dynamo.ServiceOutputTypes>(
  name: string,
  call: (
    target: Target,
    own: Target,
  ) => Command<dynamo.ServiceInputTypes, Input, dynamo.ServiceOutputTypes, Output, Options>,
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

/** The part of these at S3. */
export const AGAINST_OBJECTS: readonly Attempt[] = [...OBJECTS, DELETE_OBJECTS]

/** With the session of a user or a guest, against another user or guest. */
export const AGAINST_PLAYERS: readonly Attempt[] = [
  ...AGAINST_OBJECTS,
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
export const OF_BOARD: readonly Attempt[] = [
  ...OBJECTS.slice(0, 3),
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

/** @returns the code with which the attempt failed; `allowed` where it did not */
export async function tryAttempt(
  { run }: Attempt,
  attacker: Attacker,
  target: Target,
): Promise<string> {
  try {
    await run(attacker, target)
    return 'allowed'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // A response to HEAD has no body, and so no code.
    const status = Reflect.get(Reflect.get(error, '$metadata') ?? {}, 'httpStatusCode')
    return error.name === 'Unknown' || error.name === 'Forbidden' ? `${status}` : error.name
  }
}
