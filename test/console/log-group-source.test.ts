/** A log group as the console's source of records: what is sent to CloudWatch Logs, and shown. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useScriptedServer } from '../fixtures/scripted-server.ts'
import { signatureError } from '../fixtures/signature-v4.ts'
import { startTestConsole } from './started-console.ts'

const OPERATOR = {
  ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-canary', sessionToken: 'session' },
  ...{ region: 'eu-central-1', service: 'logs' },
}
const logs = useScriptedServer(() => undefined)
let events: readonly object[] = []

beforeEach(() => {
  for (const [name, value] of Object.entries({
    AWS_REGION: OPERATOR.region,
    AWS_ACCESS_KEY_ID: OPERATOR.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OPERATOR.secretAccessKey,
    AWS_SESSION_TOKEN: OPERATOR.sessionToken,
  }))
    vi.stubEnv(name, value)
  events = []
  logs.respond = (response) =>
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ events }))
})

function eventOf(requestId: string) {
  const time = new Date().toISOString()
  const record = { time, requestId, endpoint: 'native', outcome: 'issued', subject: 'alice' }
  return { eventId: requestId, timestamp: Date.now(), message: `${JSON.stringify(record)}\n` }
}

async function startWithGroup() {
  const env = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url, AWS_REGION: OPERATOR.region }
  const started = await startTestConsole({ logGroup: '/aws/lambda/broker' }, env)
  const list = async (more: object = {}) =>
    (await started.call('audit/list', { filter: {}, ...more })).body as {
      readonly records: readonly { readonly id: string; readonly requestId: string }[]
      readonly newest: string
    }
  return { ...started, list }
}

describe('records of a log group', () => {
  it('are those of the last hour, read with a signed request', async () => {
    events = [eventOf('a'), { eventId: 'x', timestamp: 1, message: 'START RequestId: 1' }]
    const { call, list } = await startWithGroup()
    const { records } = await list()
    expect(records).toMatchObject([{ requestId: 'a' }])
    const { body } = await call('audit/record', { id: records[0]?.id })
    expect(body).toMatchObject({ shown: { subject: 'alice' } })
    for (const request of logs.received) {
      expect(request.headers['x-amz-target']).toBe('Logs_20140328.FilterLogEvents')
      expect(signatureError(request, OPERATOR, Date.now())).toBeUndefined()
      const { logGroupName, startTime } = JSON.parse(request.body)
      expect(logGroupName).toBe('/aws/lambda/broker')
      expect(Math.abs(Date.now() - 3_600_000 - startTime)).toBeLessThan(60_000)
    }
  })

  it('are followed, each shown once', async () => {
    events = [eventOf('a')]
    const { list } = await startWithGroup()
    const { newest } = await list()
    // What was read a moment ago is read again, because events arrive late.
    events = [...events, eventOf('b')]
    await expect
      .poll(async () => (await list({ after: newest })).records, { timeout: 15_000 })
      .toMatchObject([{ requestId: 'b' }])
    expect((await list()).records.map(({ requestId }) => requestId)).toEqual(['b', 'a'])
  })

  it.each([
    [400, 'ResourceNotFoundException', 422, 'invalid'],
    [400, 'AccessDeniedException', 422, 'invalid'],
    [500, 'InternalFailure', 503, 'unavailable'],
  ])('say that CloudWatch Logs responds %d %s', async (status, type, shown, code) => {
    logs.respond = (response) =>
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ __type: type, message: 'what it says' }))
    const { call, messages } = await startWithGroup()
    const refused = await call('audit/list', { filter: {} })
    expect(refused).toMatchObject({ status: shown, body: { error: { code } } })
    expect(JSON.stringify(refused.body)).not.toMatch(/secret-canary|AKIDEXAMPLE/)
    expect(messages).toEqual([])
  })
})
