/** `token-broker audit --log-group`: CloudWatch Logs, with signed requests. */
import { describe, expect, it } from 'vitest'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { signatureError } from '../../fixtures/signature-v4.ts'
import { runCli, startCli } from './run-cli.ts'

const OPERATOR = {
  ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-canary', sessionToken: 'session' },
  ...{ region: 'eu-central-1', service: 'logs' },
}
const logs = useScriptedServer(() => undefined)
const env = () => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
  AWS_REGION: OPERATOR.region,
  AWS_ACCESS_KEY_ID: OPERATOR.accessKeyId,
  AWS_SECRET_ACCESS_KEY: OPERATOR.secretAccessKey,
  AWS_SESSION_TOKEN: OPERATOR.sessionToken,
})

let nextEvent = 0
function eventOf(requestId: string, id = `event-${nextEvent++}`) {
  const time = new Date().toISOString()
  const record = { time, requestId, endpoint: 'native', outcome: 'issued' }
  return { eventId: id, timestamp: Date.now(), message: `${JSON.stringify(record)}\n` }
}

function respondWith(...pages: readonly object[]): void {
  logs.respond = (response, attempt) =>
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(pages[Math.min(attempt, pages.length) - 1]))
}

const bodies = () => logs.received.map(({ body }) => JSON.parse(body))

it('signs each request, and reads every page', async () => {
  respondWith(
    { events: [eventOf('a')], nextToken: 'second' },
    { events: [], nextToken: 'third' },
    { events: [eventOf('b'), { eventId: 'x', timestamp: 1, message: 'START' }] },
  )
  const { code, stdout, stderr } = await runCli(
    ['audit', '--log-group', '/aws/lambda/broker', '--since', '2h', '--format', 'json'],
    '',
    env(),
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('1 line is no') })
  expect(stdout.match(/"requestId":"(\w)"/g)).toEqual(['"requestId":"a"', '"requestId":"b"'])
  for (const request of logs.received) {
    expect(request.headers['x-amz-target']).toBe('Logs_20140328.FilterLogEvents')
    expect(signatureError(request, OPERATOR, Date.now())).toBeUndefined()
  }
  expect(bodies()).toEqual([
    { logGroupName: '/aws/lambda/broker', startTime: expect.any(Number) },
    expect.objectContaining({ nextToken: 'second' }),
    expect.objectContaining({ nextToken: 'third' }),
  ])
  expect(Math.abs(Date.now() - 7_200_000 - bodies()[0].startTime)).toBeLessThan(60_000)
})

it('lets the service find a request, and bounds the period', async () => {
  respondWith({ events: [eventOf('a')] })
  await runCli(
    [
      ...['audit', '--log-group', 'g', '--request-id', 'a'],
      ...['--since', '2026-01-01T00:00:00Z', '--until', '2026-01-02T00:00:00Z'],
    ],
    '',
    env(),
  )
  expect(bodies()).toEqual([
    {
      logGroupName: 'g',
      filterPattern: '"a"',
      startTime: Date.parse('2026-01-01T00:00:00Z'),
      endTime: Date.parse('2026-01-02T00:01:00Z'),
    },
  ])
})

it('searches the last hour where no time is given', async () => {
  respondWith({ events: [] })
  const { code } = await runCli(['audit', 'summary', '--log-group', 'g'], '', env())
  expect(code).toBe(3)
  expect(Math.abs(Date.now() - 3_600_000 - bodies()[0].startTime)).toBeLessThan(60_000)
})

it('follows a group, and prints each event once', async () => {
  const first = eventOf('first')
  respondWith({ events: [first] }, { events: [first, eventOf('second')] })
  const child = startCli(['audit', '--log-group', 'g', '--follow', '--format', 'json'], env())
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  try {
    await expect.poll(() => printed, { timeout: 15_000 }).toContain('second')
    await expect.poll(() => logs.received.length, { timeout: 15_000 }).toBeGreaterThan(2)
    expect(printed.trim().split('\n')).toHaveLength(2)
  } finally {
    child.kill()
  }
})

describe('says what CloudWatch Logs says', () => {
  it.each([
    [400, 'ResourceNotFoundException', 1],
    [400, 'AccessDeniedException', 1],
    [500, 'InternalFailure', 4],
  ])('%i %s', async (status, type, expected) => {
    logs.respond = (response) =>
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ __type: type, message: 'why' }))
    const { code, stderr } = await runCli(['audit', '--log-group', 'g'], '', env())
    expect([code, stderr]).toEqual([
      expected,
      expect.stringContaining(`CloudWatch Logs: ${type}: why`),
    ])
    expect(stderr).not.toContain('canary')
  })

  it('needs a region and credentials', async () => {
    const { AWS_REGION: _, ...noRegion } = env()
    const without = await runCli(['audit', '--log-group', 'g'], '', noRegion)
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('set AWS_REGION')])
    const anonymous = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_REGION: 'eu-west-1' }
    const { code, stderr } = await runCli(['audit', '--log-group', 'g'], '', {
      ...anonymous,
      AWS_EC2_METADATA_DISABLED: 'true',
    })
    expect([code, stderr]).toEqual([1, expect.stringContaining('credentials')])
  })
})
