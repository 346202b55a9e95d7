/** Denials of the local DynamoDB on the wire and in the log, and pages that may read them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalSession } from '../../packages/local/src/local-aws/local-session.ts'
import { type DynamodbLab, SCORES_ARN, startDynamodbLab } from '../fixtures/local-dynamodb.ts'
import { GET_OF_ALICE as GET, type SentToDynamodb, sendToDynamodb } from './send-to-dynamodb.ts'

const ORIGIN = 'https://game.example.com'
const OWN_ROWS = {
  Sid: 'OwnRows',
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  Resource: SCORES_ARN,
  Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'alice' } },
} as const

let lab: DynamodbLab
let alice: LocalSession
beforeAll(async () => {
  lab = await startDynamodbLab()
  alice = lab.newSession([OWN_ROWS])
})
afterAll(() => lab.close())

const send = (sent?: SentToDynamodb) => sendToDynamodb(lab, alice, sent)

describe('a denial', () => {
  test("has AWS's response, and says in a header and in the log what failed", async () => {
    const { status, json, headers } = await send({ body: GET.replace('alice', 'bob') })
    expect([status, json]).toEqual([
      400,
      {
        __type: 'com.amazon.coral.service#AccessDeniedException',
        Message:
          'User: arn:aws:sts::111122223333:assumed-role/game/alice is not authorized to perform: ' +
          `dynamodb:GetItem on resource: ${SCORES_ARN} because no session policy allows the ` +
          'dynamodb:GetItem action',
      },
    ])
    const explanation = headers.get('x-token-broker-denial') ?? ''
    expect(explanation).toMatch(/^[\x20-\x7e]{1,1000}$/)
    expect(explanation).toContain(
      'ForAllValues:StringEquals dynamodb:LeadingKeys: expected alice, found bob',
    )
    expect(lab.log.at(-1)).toBe(`local DynamoDB: 400 AccessDeniedException: ${explanation}`)
  })

  test('of a hostile key is bounded and printable', async () => {
    const player = `\u202e\\r\\nx-evil: 1${'ü'.repeat(900)}`
    const { json, headers } = await send({ body: GET.replace('alice', player) })
    expect(json.__type).toBe('com.amazon.coral.service#AccessDeniedException')
    expect(headers.get('x-token-broker-denial')).toMatch(/^[\x20-\x7e]{1,1000}$/)
    expect(headers.get('x-evil')).toBeNull()
  })

  test('and everything else leaves no secret, token or signature in the log', async () => {
    await send({ body: GET.replace('alice', 'bob') })
    const log = lab.log.join('\n')
    for (const secret of [alice.secretAccessKey, alice.sessionToken ?? '', 'AWS4-HMAC'])
      expect(log).not.toContain(secret)
    expect(log).not.toMatch(/[0-9a-f]{64}/)
  })
})

describe('a page', () => {
  const preflight = (origin: string) =>
    fetch(lab.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, x-amz-date,x-amz-target',
      },
    })

  test('of an origin that is allowed may read responses, refusals and denials', async () => {
    const { status, headers } = await preflight(ORIGIN)
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(headers.get('access-control-allow-methods')).toBe('POST')
    expect(headers.get('access-control-allow-headers')).toBe(
      'authorization, x-amz-date,x-amz-target',
    )
    for (const body of [GET, GET.replace('alice', 'bob'), '{'])
      expect(
        Object.fromEntries((await send({ body, headers: { origin: ORIGIN } })).headers),
      ).toMatchObject({
        'access-control-allow-origin': ORIGIN,
        'access-control-expose-headers': 'x-amzn-requestid, x-amz-crc32, x-token-broker-denial',
        vary: 'origin',
      })
  })

  test.each([
    'https://evil.example',
    'https://game.example.com.evil.example',
    'null',
    `${ORIGIN}/`,
  ])('of the origin %s may not', async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull()
    const { headers } = await send({ headers: { origin } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})
