/** `token-broker audit`: reads records from logs, whatever wraps them, and trusts none of them. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder, startTestBroker } from '../../fixtures/index.ts'
import { runCli, startCli } from './run-cli.ts'

const folder = makeTemporaryFolder()
const ISSUED = {
  time: '2026-01-31T12:00:00.000Z',
  requestId: 'request-1',
  endpoint: 'native',
  outcome: 'issued',
  tenant: 'acme',
  issuer: 'https://id.example',
  subject: 'alice',
  rule: 'staff',
  grant: 'reports',
}
const REFUSED = {
  ...ISSUED,
  time: '2026-01-31T12:10:00.000Z',
  requestId: 'request-2',
  outcome: 'refused',
  code: 'claim_unusable',
  reason: 'The attribute team does not match',
  subject: 'mallory',
}
const EARLY = {
  ...{ time: '2026-01-31T11:00:00.000Z', requestId: 'request-3', endpoint: 'sts' },
  ...{ outcome: 'refused', code: 'access_denied', reason: 'No tenant of this name.' },
  ...{ wantedTenant: 'acme', wantedGrant: 'reports', clientIp: '192.0.2.7' },
}

function write(...lines: readonly (object | string)[]): string {
  const file = path.join(folder, `${crypto.randomUUID()}.log`)
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(file, texts.map((text) => `${text}\n`).join(''))
  return file
}

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
    expect(await idsIn(write(line))).toEqual(['request-1'])
  })

  it('standard input, and several files', async () => {
    const { stdout, code } = await runCli(['audit'], `${json}\n`)
    expect([code, stdout]).toEqual([0, expect.stringContaining('request request-1')])
    expect(await idsIn(write(ISSUED), write(REFUSED))).toEqual(['request-1', 'request-2'])
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
    const { stdout, stderr } = await runCli(['audit', write(...audit)])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/refused access_denied {2}native, request /)
    expect(stdout).toMatch(/who +alice of http/)
  })

  it('the record inside a line that says it could not be written', async () => {
    const { time, requestId, endpoint } = ISSUED
    const failure = { time, requestId, endpoint, outcome: 'error', code: 'internal', reason: 'x' }
    const { stdout } = await runCli(['audit', write({ ...failure, record: ISSUED })])
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
      write({ ...REFUSED, ...metrics }),
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
  const { code, stdout, stderr } = await runCli(['audit', write(line)])
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toBe('token-broker: 1 line is no audit record\n')
})

describe('filters', () => {
  const file = write(EARLY, ISSUED, REFUSED)
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
    expect(await idsIn(write(now), '--since', '2h')).toEqual(['request-1'])
    expect(await idsIn(write(now), '--since', '89m')).toEqual([])
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

describe('text', () => {
  it('has one block for each record, with everything that explains a refusal', async () => {
    const { stdout } = await runCli([
      'audit',
      write({
        ...REFUSED,
        ...{ tokenAudiences: ['a', 'b'], keyId: 'key-1', algorithm: 'RS256' },
        ...{ expiresAt: '2026-01-31T13:00:00Z', wantedRoleArn: 'arn:aws:iam::1:role/x' },
        actor: { subject: 'partner', issuer: 'https://p.example' },
        ...{ clientIp: '192.0.2.7', userAgent: 'aws-cli/2' },
        webIdentity: { issuer: 'https://b.example', audience: 'sts.amazonaws.com', subject: 's' },
        likelyCauses: ['the provider is missing', 'the audience differs'],
      }),
    ])
    expect(stdout).toBe(
      [
        '2026-01-31T12:10:00.000Z  refused claim_unusable  native, request request-2',
        '  reason       The attribute team does not match',
        '  who          mallory of https://id.example, from 192.0.2.7, with aws-cli/2',
        '  actor        partner of https://p.example',
        '  decided      tenant acme, rule staff, grant reports',
        '  requested    role arn:aws:iam::1:role/x',
        '  token        audience a, b, key key-1, signed with RS256, expires 2026-01-31T13:00:00Z',
        '  web identity iss https://b.example, aud sts.amazonaws.com, sub s',
        '  likeliest causes',
        '    1. the provider is missing',
        '    2. the audience differs',
        '',
        '',
      ].join('\n'),
    )
  })

  // A caller chooses its user agent, and its provider lets it choose its name.
  const HOSTILE = '\u001b[32mgreen\u001b[2J\u009b1m\u202e\r\n2026 issued'
  it.each(['reason', 'subject', 'code', 'requestId', 'tenant', 'likelyCauses'])(
    'never obeys %s',
    async (member) => {
      const value = member === 'likelyCauses' ? [HOSTILE] : HOSTILE
      const env = { PATH: process.env.PATH, NO_COLOR: '1' }
      const file = write({ ...REFUSED, [member]: value })
      for (const command of [['audit'], ['audit', 'summary']]) {
        const { stdout } = await runCli([...command, file], '', env)
        expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
        if (command.length === 1 || (member !== 'likelyCauses' && member !== 'requestId'))
          expect(stdout).toContain(
            '\\u001b[32mgreen\\u001b[2J\\u009b1m\\u202e\\u000d\\n2026 issued',
          )
      }
    },
  )

  it('has colours where they are forced', async () => {
    const env = { PATH: process.env.PATH, FORCE_COLOR: '1' }
    const { stdout } = await runCli(['audit', write(REFUSED)], '', env)
    expect(stdout).toContain('\u001b[31m')
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
    const file = write(ISSUED)
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
      const next = write(EARLY)
      renameSync(next, file)
      await expect.poll(() => printed, { timeout: 10_000 }).toContain('request-3')
      expect(printed.trim().split('\n')).toHaveLength(3)
    } finally {
      child.kill()
    }
  })
})

describe('summary', () => {
  const later = (minutes: number, fields: object = {}) => ({
    ...REFUSED,
    time: new Date(Date.parse(REFUSED.time) + minutes * 60_000).toISOString(),
    ...fields,
  })
  const expired = (minutes: number) =>
    later(minutes, {
      ...{ code: 'token_expired', subject: undefined },
      reason: `exp 2026-01-31T12:0${minutes}:00Z is ${minutes} min ago for "${minutes}"`,
    })
  const file = write(
    ISSUED,
    ...[REFUSED, later(1), later(20, { subject: 'bob' })],
    later(21, { reason: `${REFUSED.reason} (repeated from a moment ago)` }),
    ...[expired(3), expired(7)],
    EARLY,
    'START',
  )

  it('says who was refused, why and since when', async () => {
    const { code, stdout } = await runCli(['audit', 'summary', file])
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    expect(lines.slice(0, 2)).toEqual([
      '8 records from 2026-01-31T11:00:00Z to 2026-01-31T12:31:00Z; 1 other line skipped',
      '1 issued, 7 refused',
    ])
    const group = lines.findIndex((line) => line.startsWith('4 ×'))
    expect(lines.slice(group, group + 3)).toEqual([
      '4 × claim_unusable  tenant acme  since 2026-01-31T12:10:00Z, last 2026-01-31T12:31:00Z',
      '  why  The attribute team does not match',
      '  who  mallory (3), bob (1)',
    ])
    expect(lines[group + 3]).toMatch(/^ {30,}█ +▄? *█?█$/)
    expect(stdout).toContain('2 × token_expired  tenant acme')
    expect(stdout).toContain('who  somebody at 192.0.2.7 (1)')
  })

  it('is JSON for programs, and can be filtered', async () => {
    const { stdout } = await runCli([
      ...['audit', 'summary', file, '--format', 'json'],
      ...['--code', 'token_expired'],
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ records: 2, skipped: 1, otherRefusals: 0 },
      refusals: [
        {
          ...{ count: 2, tenant: 'acme', code: 'token_expired' },
          callers: [{ caller: 'somebody of https://id.example', count: 2 }],
        },
      ],
    })
  })

  it('says that there is nothing', async () => {
    expect(await runCli(['audit', 'summary'], 'START\n')).toEqual({
      ...{ code: 3, stderr: '', stdout: 'no audit record; 1 other line skipped\n' },
    })
  })

  it('has no group for each tenant that a caller makes up', async () => {
    const many = Array.from({ length: 1_500 }, (_, at) => ({
      ...{ ...EARLY, wantedTenant: `made-up-${at}` },
      reason: `No tenant "made-up-${at}" trusts the issuer`,
    }))
    const { stdout } = await runCli(['audit', 'summary', write(...many, REFUSED)])
    expect(stdout).toContain('1500 × access_denied  no tenant')
    expect(stdout).toContain('1 × claim_unusable  tenant acme')
  })

  it('is bounded, whatever callers send', async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => {
      const letters = at.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
      return later(at % 50, { reason: `reason ${letters}`, subject: `user ${at}` })
    })
    const same = Array.from({ length: 200 }, (_, at) => later(1, { subject: `user ${at}` }))
    const { stdout } = await runCli(['audit', 'summary', write(...same, ...many)])
    expect(stdout).toContain('over 95 others')
    expect(stdout).toMatch(/^2,001 refusals with other reasons$/m)
  })
})
