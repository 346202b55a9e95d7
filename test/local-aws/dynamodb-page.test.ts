/** The page about the local DynamoDB lists what the server does, and shows a denial of it. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operationOfTarget } from '../../packages/local/src/local-dynamodb/dynamodb-operations.ts'
import { codeBlocks, readPage, sectionOf } from '../docs/markdown.ts'
import {
  type DynamodbLab,
  dynamodbOutcome,
  OWN_ROWS,
  startDynamodbLab,
} from '../fixtures/local-dynamodb.ts'

const PAGE = readPage('packages/local/docs/dynamodb.md')

let lab: DynamodbLab
beforeAll(async () => {
  lab = await startDynamodbLab()
})
afterAll(() => lab.close())

/** Names in code spans of the first column of the section's table. */
function firstColumn(heading: string): readonly string[] {
  const rows = sectionOf(PAGE, heading).matchAll(/^\| (`.*?) \|/gm)
  return [...rows].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w:/…]+)`/g)].map(([, n]) => n ?? ''),
  )
}

test('every operation of the page is one of the server, and no other', () => {
  const listed = firstColumn('## Operations')
  expect(listed).toHaveLength(17)
  for (const name of listed) expect(operationOfTarget(`DynamoDB_20120810.${name}`)).toBe(name)
})

test('every condition key of the page is decided', async () => {
  const keys = firstColumn('## Condition keys')
  expect(keys).toHaveLength(9)
  for (const key of keys) {
    const client = lab.as({
      Effect: 'Allow',
      Action: 'dynamodb:GetItem',
      Resource: '*',
      Condition: { 'ForAllValues:StringLike': { [key.replace('…', 'stage')]: '*' } },
    })
    const Key = { player: { S: 'alice' }, round: { S: 'r1' } }
    const command = new GetItemCommand({ TableName: 'scores', Key })
    expect(`${key} ${await dynamodbOutcome(client.send(command))}`).toBe(`${key} ok`)
  }
})

test('a denial is logged as the page shows', async () => {
  const [shown = ''] = codeBlocks(PAGE, 'text')
  const Key = { player: { S: 'bob' }, round: { S: 'r1' } }
  await dynamodbOutcome(lab.as(OWN_ROWS).send(new GetItemCommand({ TableName: 'scores', Key })))
  const [beginning = ''] = shown.replaceAll('\n', ' ').split('…')
  expect(lab.log.at(-1)).toContain(beginning.trim())
})
