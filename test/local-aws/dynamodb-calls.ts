/** Calls that every client of DynamoDB makes as alice, and what each of them must get. */

export interface DynamodbCall {
  readonly operation: string
  readonly about: string
  readonly input: Readonly<Record<string, unknown>>
  readonly outcome: string
}

const DENIED = 'AccessDeniedException'
const TableName = 'scores'

/** Alice's session policy. */
export const PLAYER_POLICY = [
  {
    Effect: 'Allow',
    Action: [
      ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      ...['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'],
    ],
    Resource: 'arn:aws:dynamodb:eu-central-1:111122223333:table/scores',
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'alice' } },
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:Query',
    Resource: 'arn:aws:dynamodb:eu-central-1:111122223333:table/scores/index/by-score',
    Condition: {
      'ForAllValues:StringEquals': {
        'dynamodb:LeadingKeys': 'all',
        'dynamodb:Attributes': ['board', 'score', 'player'],
      },
      StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    },
  },
] as const

const keyOf = (player: string) => ({ player: { S: player }, round: { S: 'r1' } })

function ofPlayer(player: string, outcome: string): readonly DynamodbCall[] {
  const about = player === 'alice' ? 'own rows' : 'rows of another player'
  const Key = keyOf(player)
  const Item = { ...Key, board: { S: 'all' }, score: { N: '10' } }
  const calls: readonly [string, object][] = [
    ['PutItem', { TableName, Item }],
    [
      'UpdateItem',
      {
        TableName,
        Key,
        UpdateExpression: 'SET score = score + :one',
        ConditionExpression: 'attribute_exists(score)',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    ],
    ['GetItem', { TableName, Key }],
    [
      'Query',
      {
        TableName,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'player' },
        ExpressionAttributeValues: { ':p': { S: player } },
      },
    ],
    [
      'BatchGetItem',
      { RequestItems: { scores: { Keys: [keyOf('alice'), { ...Key, round: { S: 'r2' } }] } } },
    ],
    [
      'BatchWriteItem',
      {
        RequestItems: {
          scores: [
            { PutRequest: { Item: { ...keyOf('alice'), round: { S: 'r3' } } } },
            { DeleteRequest: { Key: { ...Key, round: { S: 'r4' } } } },
          ],
        },
      },
    ],
    ['DeleteItem', { TableName, Key }],
  ]
  return calls.map(([operation, input]) => ({ operation, about, input: { ...input }, outcome }))
}

const ofBoard = {
  TableName,
  IndexName: 'by-score',
  KeyConditionExpression: 'board = :b',
  ExpressionAttributeValues: { ':b': { S: 'all' } },
  ScanIndexForward: false,
}

export const PLAYER_CALLS: readonly DynamodbCall[] = [
  ...ofPlayer('alice', 'ok'),
  ...ofPlayer('bob', DENIED),
  {
    operation: 'Query',
    about: 'the board, with attributes that are allowed',
    input: { ...ofBoard, ProjectionExpression: 'player, score' },
    outcome: 'ok',
  },
  {
    operation: 'Query',
    about: 'the board, with another attribute',
    input: { ...ofBoard, ProjectionExpression: 'player, secret' },
    outcome: DENIED,
  },
  {
    operation: 'Query',
    about: 'the board, with all attributes',
    input: ofBoard,
    outcome: DENIED,
  },
  { operation: 'Scan', about: 'the table', input: { TableName }, outcome: DENIED },
  { operation: 'ListTables', about: 'tables', input: {}, outcome: DENIED },
  { operation: 'DescribeTable', about: 'the table', input: { TableName }, outcome: DENIED },
  { operation: 'DeleteTable', about: 'the table', input: { TableName }, outcome: DENIED },
  {
    operation: 'TransactWriteItems',
    about: 'own rows',
    input: { TransactItems: [{ Delete: { TableName, Key: keyOf('alice') } }] },
    outcome: 'UnknownOperationException',
  },
  {
    operation: 'ExecuteStatement',
    about: 'rows of another player',
    input: { Statement: `SELECT * FROM scores WHERE player = 'bob'` },
    outcome: 'UnknownOperationException',
  },
]
