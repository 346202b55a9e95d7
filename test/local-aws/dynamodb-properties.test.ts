/** Generated requests: what they need is read correctly, and nothing stops the local runtime. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../packages/local/src/listen.ts'
import type { ServiceRequest } from '../../packages/local/src/local-aws/authorize-session.ts'
import { createSessionRegistry } from '../../packages/local/src/local-aws/session-registry.ts'
import { startLocalDynamodb } from '../../packages/local/src/local-dynamodb/dynamodb-server.ts'
import { SCORES_TABLES } from '../fixtures/local-dynamodb.ts'
import { signRequest } from '../fixtures/signature-v4.ts'
import { type GeneratedRequest, generatedRequest } from './generated-requests.ts'

const OWNER = { accessKeyId: 'AKIAOWNEROWNEROWNER1', secretAccessKey: 'owner-secret' }

/** What was asked of the authorizer, which denies every request where `isOpen` is false. */
const asked: ServiceRequest[] = []
let isOpen = false
let server: RunningServer
beforeAll(async () => {
  server = await startLocalDynamodb({
    port: 0,
    sessions: createSessionRegistry(OWNER, Date.now),
    authorizer: {
      authorize(_, request) {
        asked.push(request)
        return isOpen ? undefined : { layer: 'session policy', message: 'no', explanation: 'no' }
      },
    },
    allowedOrigins: [],
    tables: SCORES_TABLES,
  })
})
afterAll(() => server.close())

async function send(operation: string, body: string): Promise<{ status: number; type: string }> {
  const signed = signRequest(
    {
      method: 'POST',
      path: '/',
      headers: {
        host: new URL(server.url).host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body,
    },
    { ...OWNER, region: 'eu-central-1', service: 'dynamodb' },
    Date.now(),
  )
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
  )
  const response = await fetch(server.url, { method: 'POST', headers, body })
  const { __type = '' } = JSON.parse(await response.text())
  return { status: response.status, type: String(__type).replace(/.*#/, '') }
}

describe('a generated request', () => {
  test('needs exactly the attributes and partitions that it was made with', async () => {
    isOpen = false
    let authorized = 0
    let all = 0
    await fc.assert(
      fc.asyncProperty(generatedRequest, async ({ operation, input, ...expected }) => {
        asked.length = 0
        const { type } = await send(operation, JSON.stringify(input))
        all += 1
        if (type === 'ValidationException') {
          expect(asked).toEqual([])
          return
        }
        expect(type).toBe('AccessDeniedException')
        authorized += 1
        const context = asked[0]?.context
        expect(asked).toHaveLength(1)
        expect([...(context?.get('dynamodb:attributes') ?? [])].sort()).toEqual(expected.attributes)
        expect(context?.get('dynamodb:leadingkeys')).toEqual(expected.leadingKeys)
      }),
      { numRuns: 400 },
    )
    // Most of them are valid, so the property is about something.
    expect(authorized / all).toBeGreaterThan(0.5)
  })

  test('is executed or refused, and the server runs on', async () => {
    isOpen = true
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(generatedRequest, async ({ operation, input }) => {
        const { status } = await send(operation, JSON.stringify(input))
        statuses.add(status)
        expect([200, 400]).toContain(status)
      }),
      { numRuns: 400 },
    )
    expect([...statuses].sort()).toEqual([200, 400])
  })

  test('with any part replaced is executed or refused, and the server runs on', async () => {
    isOpen = true
    await fc.assert(
      fc.asyncProperty(mutatedRequest, async ({ operation, body }) => {
        const { status } = await send(operation, body)
        expect([200, 400]).toContain(status)
      }),
      { numRuns: 600 },
    )
  })
})

const LEGACY: readonly GeneratedRequest[] = [
  legacy('Query', {
    KeyConditions: { player: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } },
    QueryFilter: {
      alpha: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '1' }, { N: '2' }] },
    },
    AttributesToGet: ['alpha'],
    ExclusiveStartKey: { player: { S: 'a' }, round: { S: 'r' } },
  }),
  legacy('Query', {
    IndexName: 'by-score',
    KeyConditions: {
      board: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'all' }] },
      score: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '1' }] },
    },
  }),
  legacy('Scan', {
    ScanFilter: { alpha: { ComparisonOperator: 'CONTAINS', AttributeValueList: [{ S: 'a' }] } },
    Segment: 0,
    TotalSegments: 2,
  }),
  legacy('UpdateItem', {
    Key: { player: { S: 'a' }, round: { S: 'r' } },
    AttributeUpdates: {
      alpha: { Action: 'ADD', Value: { N: '1' } },
      board: { Action: 'PUT', Value: { S: 'all' } },
      score: { Value: { N: '2' } },
    },
    Expected: { alpha: { ComparisonOperator: 'LT', AttributeValueList: [{ N: '9' }] } },
    ConditionalOperator: 'OR',
  }),
  legacy('PutItem', {
    Item: {
      player: { S: 'a' },
      round: { S: 'r' },
      alpha: { L: [{ M: { x: { NS: ['1'] } } }] },
      board: { S: 'all' },
      score: { N: '1e3' },
    },
    Expected: { alpha: { Exists: false } },
  }),
]

function legacy(operation: GeneratedRequest['operation'], input: object): GeneratedRequest {
  return { operation, input: { TableName: 'scores', ...input }, attributes: [], leadingKeys: [] }
}

/** A request in which one value is replaced by another kind of value. */
const mutatedRequest = fc
  .tuple(
    fc.oneof(generatedRequest, fc.constantFrom(...LEGACY)),
    fc.nat(1000),
    fc.constantFrom<unknown>(
      ...[
        null,
        true,
        0,
        '',
        'x',
        [],
        {},
        [null],
        [[]],
        [{}],
        { S: null },
        { N: 'NaN' },
        { S: 'x' },
      ],
      ...[{ M: {} }, { L: [{}] }, { N: '1', S: 'x' }, { NULL: true }, { BOOL: 'no' }, { B: '!' }],
      ...[{ constructor: { S: 'x' } }, { toString: 1 }, { SS: [] }, { NS: ['x'] }, -1, 1e99],
    ),
  )
  .map(([{ operation, input }, at, replacement]) => {
    const places: (() => void)[] = []
    const copy: unknown = structuredClone({ input })
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const member of Object.keys(value)) {
        places.push(() => Object.assign(value, { [member]: replacement }))
        visit(Object.getOwnPropertyDescriptor(value, member)?.value)
      }
    }
    visit(copy)
    places[at % places.length]?.()
    const changed = Object.getOwnPropertyDescriptor(Object(copy), 'input')?.value
    return { operation, body: JSON.stringify(changed) }
  })
