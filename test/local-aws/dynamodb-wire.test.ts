/** The local DynamoDB on the wire: signatures, malformed requests, and errors. */
import { connect } from 'node:net'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalSession } from '../../packages/local/src/local-aws/local-session.ts'
import { parseRequestBody } from '../../packages/local/src/local-dynamodb/parse-request-body.ts'
import { type DynamodbLab, SCORES_ARN, startDynamodbLab } from '../fixtures/local-dynamodb.ts'
import { type SentToDynamodb, sendToDynamodb } from './send-to-dynamodb.ts'

const OWN_ROWS = {
  Sid: 'OwnRows',
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  Resource: SCORES_ARN,
  Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'alice' } },
} as const
const KEY = '{"player":{"S":"alice"},"round":{"S":"r1"}}'

let lab: DynamodbLab
let alice: LocalSession
beforeAll(async () => {
  lab = await startDynamodbLab()
  alice = lab.newSession([OWN_ROWS])
})
afterAll(() => lab.close())

const send = (sent?: SentToDynamodb) => sendToDynamodb(lab, alice, sent)

const everything = () => lab.newSession([{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }])

describe('the signature', () => {
  test('of a session is accepted', async () => {
    const { status, text, json, headers } = await send()
    expect([status, json]).toEqual([200, {}])
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9A-V]{52}$/)
    expect(headers.get('content-type')).toBe('application/x-amz-json-1.0')
    expect(headers.get('x-amz-crc32')).toBe(String(crc32(text)))
  })

  test.each<[string, string, SentToDynamodb]>([
    [
      'is missing',
      'MissingAuthenticationTokenException',
      { change: (headers) => delete headers.authorization },
    ],
    [
      'is of another body',
      'InvalidSignatureException',
      { change: (headers) => (headers['x-amz-target'] = 'DynamoDB_20120810.PutItem') },
    ],
    ['is too old', 'InvalidSignatureException', { skewMs: -16 * 60_000 }],
    ['is of the future', 'InvalidSignatureException', { skewMs: 16 * 60_000 }],
    [
      'is of an unknown key',
      'UnrecognizedClientException',
      { session: { accessKeyId: 'ASIAUNKNOWN00000', secretAccessKey: 'x' } },
    ],
  ])('that %s is refused', async (_, code, sent) => {
    const { status, json, headers } = await send(sent)
    expect([status, json.__type]).toEqual([400, `com.amazon.coral.service#${code}`])
    expect(json.message).toBeTruthy()
    expect(headers.get('x-token-broker-denial')).toBeNull()
  })

  test('needs the token of the session, and not that of another', async () => {
    const { sessionToken: _, ...withoutToken } = alice
    const other = lab.newSession([OWN_ROWS])
    for (const session of [
      withoutToken,
      { ...alice, sessionToken: other.sessionToken ?? '' },
      { ...alice, sessionToken: 'x' },
    ])
      expect((await send({ session })).json.__type).toBe(
        'com.amazon.coral.service#UnrecognizedClientException',
      )
    const wrongSecret = { ...alice, secretAccessKey: other.secretAccessKey }
    expect((await send({ session: wrongSecret })).json.__type).toBe(
      'com.amazon.coral.service#InvalidSignatureException',
    )
  })

  test('of a session that has expired is refused', async () => {
    const session = lab.newSession([OWN_ROWS], { expiresAtMs: Date.now() - 1 })
    const { json } = await send({ session })
    expect(json).toEqual({
      __type: 'com.amazon.coral.service#ExpiredTokenException',
      message: 'The security token included in the request is expired',
    })
  })
})

describe('a request that is not valid', () => {
  test.each([
    ['', 'SerializationException'],
    ['{', 'SerializationException'],
    ['null', 'SerializationException'],
    ['[]', 'SerializationException'],
    ['"text"', 'SerializationException'],
    ['{"TableName":"scores"}', 'ValidationException'],
    ['{"TableName":1,"Key":{}}', 'SerializationException'],
    ['{"TableName":"scores","Key":[]}', 'SerializationException'],
    ['{"TableName":"scores","Key":{"player":null}}', 'SerializationException'],
    ['{"TableName":"scores","Key":{"player":{}}}', 'ValidationException'],
    ['{"TableName":"scores","Key":{"player":{"S":"a","N":"1"}}}', 'ValidationException'],
    ['{"TableName":"scores","Key":{"player":{"S":["alice"]}}}', 'SerializationException'],
    ['{"TableName":"../x","Key":{}}', 'ValidationException'],
    [`{"TableName":"scores","Key":${KEY},"Limit":1}`, 'ValidationException'],
    [`{"TableName":"scores","Key":{"__proto__":{"S":"alice"}}}`, 'ValidationException'],
    [`{"__proto__":{"TableName":"scores","Key":${KEY}}}`, 'ValidationException'],
    [`{"TableName":"scores","Key":{"player":{"S":"\\ud800"}}}`, 'SerializationException'],
    [`{"TableName":"scores","Key":${'['.repeat(200)}${']'.repeat(200)}}`, 'ValidationException'],
    [`{"TableName":"scores","Key":${'['.repeat(9e4)}${']'.repeat(9e4)}}`, 'ValidationException'],
  ])('%.60s is refused as %s', async (body, code) => {
    const { status, json } = await send({ body, session: everything() })
    expect([status, String(json.__type).replace(/.*#/, '')]).toEqual([400, code])
  })

  test('is refused before it is authorized, and says nothing about tables', async () => {
    const known = await send({ body: '{"TableName":"scores"}' })
    const unknown = await send({ body: '{"TableName":"nothing"}' })
    expect(known.json).toEqual(unknown.json)
  })

  test('with bytes that are not UTF-8 is refused', () => {
    const body = Buffer.from('{"TableName":"scores\xff"}', 'latin1')
    expect(() => parseRequestBody(body)).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    )
  })

  test('with a member that appears twice has the last one', async () => {
    const key = (player: string) => `"Key":{"player":{"S":"${player}"},"round":{"S":"r1"}}`
    const both = (first: string, last: string) =>
      send({ body: `{"TableName":"scores",${key(first)},${key(last)}}` })
    expect((await both('alice', 'bob')).json.__type).toBe(
      'com.amazon.coral.service#AccessDeniedException',
    )
    expect((await both('bob', 'alice')).status).toBe(200)
  })

  test.each([
    ['', ''],
    ['GetItem', ''],
    ['DynamoDB_20111205.GetItem', ''],
    ['DynamoDB_20120810.GetItem.GetItem', ''],
    ['DynamoDB_20120810.toString', 'toString is not supported by the local DynamoDB; '],
    ['DynamoDB_20120810.TransactWriteItems', 'it has no transactions'],
    ['DynamoDB_20120810.TransactGetItems', 'it has no transactions'],
    ['DynamoDB_20120810.ExecuteStatement', 'it has no PartiQL'],
    ['DynamoDB_20120810.BatchExecuteStatement', 'it has no PartiQL'],
    ['DynamoDB_20120810.ExecuteTransaction', 'it has no PartiQL'],
    ['DynamoDB_20120810.UpdateTimeToLive', 'it has no time to live'],
    ['DynamoDBStreams_20120810.ListStreams', 'it has no streams'],
    ['DynamoDB_20120810.EnableKinesisStreamingDestination', 'it has no streams'],
    ['DynamoDB_20120810.CreateBackup', 'it has no backups'],
    ['DynamoDB_20120810.RestoreTableToPointInTime', 'it has no backups'],
    ['DynamoDB_20120810.UpdateContinuousBackups', 'it has no backups'],
    ['DynamoDB_20120810.ExportTableToPointInTime', 'it has no backups'],
    ['DynamoDB_20120810.CreateGlobalTable', 'it has no global tables'],
    ['DynamoDB_20120810.PutResourcePolicy', 'it has no policies of tables'],
    ['DynamoDB_20120810.DescribeLimits', 'DescribeLimits is not supported'],
  ])('with the target %s is an unknown operation', async (target, text) => {
    const { status, json } = await send({ target, session: everything() })
    expect(status).toBe(400)
    expect(json.__type).toBe('com.amazon.coral.service#UnknownOperationException')
    expect(String(json.message ?? '')).toContain(text)
  })

  test('of another method or content type is not found', async () => {
    const put = await fetch(lab.url, { method: 'PUT', body: '{}' })
    expect([put.status, await put.text()]).toEqual([404, '<UnknownOperationException/>\n'])
    const { status } = await send({ headers: { 'content-type': 'text/plain' } })
    expect(status).toBe(404)
    const health = await fetch(lab.url)
    expect([health.status, await health.text()]).toEqual([200, 'healthy: local DynamoDB'])
  })

  test('with more than 16 MiB is refused unread', async () => {
    const body = `{"TableName":"${'x'.repeat(16 * 1024 * 1024)}"}`
    expect((await send({ body })).status).toBe(413)
  })
})

test('a client that disconnects in its body leaves the server running', async () => {
  const { hostname, port } = new URL(lab.url)
  for (const head of ['POST / HTTP/1.1', 'POST'])
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const headers = `host: ${hostname}\r\ncontent-type: application/x-amz-json-1.0`
        socket.write(`${head}\r\n${headers}\r\ncontent-length: 100\r\n\r\n{`, () => {
          socket.destroy()
          resolve()
        })
      })
    })
  expect((await send()).status).toBe(200)
})
