/** `token-broker audit`: reads records from logs, whatever wraps them, and trusts none of them. */
import { appendFileSync, renameSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startTestBroker } from '../../fixtures/index.ts'
import { EARLY, ISSUED, REFUSED, writeLog } from './audit-log.ts'
import { runCli, startCli } from './run-cli.ts'

async function idsIn(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCli(['audit', ...args, '--format', 'json'])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).requestId)
}

describe('reads', () => {
  const json = JSON.stringify(ISSUED)
  it.each<[string, string]>([
    ['a line of the broker', json],
    ['a line with spaces before it', `  ${json}`],
    ["a line of Lambda's text format", `2026-01-31T12:00:00.000Z\tf3a\tINFO\t${json}`],
    [
      "a line of Lambda's JSON format",
      JSON.stringify({ timestamp: 'x', level: 'INFO', message: ISSUED, requestId: 'of Lambda' }),
    ],
    ['the same with the record as text', JSON.stringify({ level: 'INFO', message: json })],
    ['a line of "aws logs tail"', `2026-01-31T12:00:00 2026/01/31/[1]abc ${json}`],
    [
      'a line of "aws logs filter-log-events"',
      `            "message": ${JSON.stringify(`${json}\n`)},`,
    ],
    ['a line with CRLF', `${json}\r`],
  ])('%s', async (_, line) => {
    expect(await idsIn(writeLog(line))).toEqual(['request-1'])
  })

  it('standard input, and several files', async () => {
    const { stdout, code } = await runCli(['audit'], `${json}\n`)
    expect([code, stdout]).toEqual([0, expect.stringContaining('request request-1')])
    expect(await idsIn(writeLog(ISSUED), writeLog(REFUSED))).toEqual(['request-1', 'request-2'])
  })

  it('a last line without its end, and characters of several bytes', async () => {
    const subject = 'Größe 山田 '.repeat(40_000)
    const { stdout } = await runCli(
      ['audit', '--format', 'json'],
      JSON.stringify({ ...ISSUED, subject }),
    )
    expect(JSON.parse(stdout).subject).toBe(subject)
  })

  it('what a broker writes', async () => {
    const { audit, post, token } = await startTestBroker()
    await post('/v1/credentials', await token({ blocked: true }))
    const { stdout, stderr } = await runCli(['audit', writeLog(...audit)])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/refused access_denied {2}native, request /)
    expect(stdout).toMatch(/who +alice of http/)
  })

  it('the record inside a line that says it could not be written', async () => {
    const { time, requestId, endpoint } = ISSUED
    const failure = { time, requestId, endpoint, outcome: 'error', code: 'internal', reason: 'x' }
    const { stdout } = await runCli(['audit', writeLog({ ...failure, record: ISSUED })])
    expect(stdout).toContain('error internal')
    expect(stdout).toContain('alice of https://id.example')
  })

  it('records without the metrics in their lines', async () => {
    const metrics = {
      Code: 'claim_unusable',
      Refused: 1,
      Latency: 3.5,
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [
          { Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'Latency', Unit: 'None' }] },
          { Namespace: 'N', Dimensions: [['Code']], Metrics: [{ Name: 'Refused' }] },
        ],
      },
    }
    const { stdout } = await runCli([
      ...['audit', '--format', 'json'],
      writeLog({ ...REFUSED, ...metrics }),
    ])
    expect(JSON.parse(stdout)).toEqual(REFUSED)
  })
})

it.each<[string, string]>([
  ['a line of Lambda itself', 'START RequestId: 7f3c Version: $LATEST'],
  ['JSON that is no object', '[{"outcome":"issued"}]'],
  ['another object', '{"time":"2026-01-31T12:00:00Z","type":"platform.start","record":{}}'],
  ['a record with an unknown outcome', JSON.stringify({ ...ISSUED, outcome: 'won' })],
  ['a record with no time', JSON.stringify({ ...ISSUED, time: 'noon' })],
  ['half of a record', JSON.stringify(ISSUED).slice(0, -5)],
  ['wrappers without an end', `${'{"message":'.repeat(50)}"x"${'}'.repeat(50)}`],
  ['a line that is too long', JSON.stringify({ ...ISSUED, subject: 'x'.repeat(1_100_000) })],
])('skips and counts %s', async (_, line) => {
  const { code, stdout, stderr } = await runCli(['audit', writeLog(line)])
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toBe('token-broker: 1 line is no audit record\n')
})

describe('filters', () => {
  const file = writeLog(EARLY, ISSUED, REFUSED)
  it.each<[string[], string[]]>([
    [['--request-id', 'request-1'], ['request-1']],
    [
      ['--tenant', 'acme'],
      ['request-3', 'request-1', 'request-2'],
    ],
    [['--tenant', 'beta'], []],
    [['--code', 'claim_unusable'], ['request-2']],
    [['--subject', 'alice'], ['request-1']],
    [['--outcome', 'issued'], ['request-1']],
    [
      ['--since', '2026-01-31T12:00:00Z'],
      ['request-1', 'request-2'],
    ],
    [['--until', '2026-01-31T12:00:00Z'], ['request-3']],
    [['--since', '1h'], []],
    [['--outcome', 'refused', '--code', 'access_denied', '--tenant', 'acme'], ['request-3']],
  ])('%j', async (options, ids) => {
    expect(await idsIn(file, ...options)).toEqual(ids)
  })

  it('reads how long ago a record may be', async () => {
    const now = { ...ISSUED, time: new Date(Date.now() - 90 * 60_000).toISOString() }
    expect(await idsIn(writeLog(now), '--since', '2h')).toEqual(['request-1'])
    expect(await idsIn(writeLog(now), '--since', '89m')).toEqual([])
  })

  it.each<[string[], string]>([
    [['--since', 'yesterday'], '--since: expected a time such as'],
    [['--until', '5w'], '--until: expected a time such as'],
    [['--outcome', 'refuse'], 'did you mean refused?'],
    [['--log-group', 'g'], '--log-group: expected no file beside it'],
    [['--follow', '-'], '--follow: expected one file'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await runCli(['audit', file, ...options])
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

it('does not read a mistyped command as a file', async () => {
  const { code, stderr } = await runCli(['audit', 'sumary'])
  expect([code, stderr]).toEqual([
    1,
    'token-broker: unknown command "audit sumary"; expected show, summary or session; did you ' +
      'mean summary? (see "token-broker audit --help")\n',
  ])
  const file = await runCli(['audit', './sumary'])
  expect(file.stderr).toContain('cannot read ./sumary')
})

describe('--follow', () => {
  it('prints new records, also after the log was rotated', async () => {
    const file = writeLog(ISSUED)
    const child = startCli(['audit', file, '--follow', '--format', 'json'], process.env)
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
    })
    try {
      await expect.poll(() => printed, { timeout: 10_000 }).toContain('request-1')
      const half = JSON.stringify(REFUSED)
      appendFileSync(file, half.slice(0, 30))
      await new Promise((resolve) => setTimeout(resolve, 400))
      appendFileSync(file, `${half.slice(30)}\n`)
      await expect.poll(() => printed, { timeout: 10_000 }).toContain('request-2')
      const next = writeLog(EARLY)
      renameSync(next, file)
      await expect.poll(() => printed, { timeout: 10_000 }).toContain('request-3')
      expect(printed.trim().split('\n')).toHaveLength(3)
    } finally {
      child.kill()
    }
  })
})
