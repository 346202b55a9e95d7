/** `token-broker audit summary`: who was refused, why and since when, in a bounded text. */
import { describe, expect, it } from 'vitest'
import { EARLY, ISSUED, REFUSED, writeLog } from './audit-log.ts'
import { runCli } from './run-cli.ts'

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
  const file = writeLog(
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
    const { stdout } = await runCli(['audit', 'summary', writeLog(...many, REFUSED)])
    expect(stdout).toContain('1500 × access_denied  no tenant')
    expect(stdout).toContain('1 × claim_unusable  tenant acme')
  })

  it('is bounded, whatever callers send', async () => {
    const many = Array.from({ length: 3_000 }, (_, at) => {
      const letters = at.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
      return later(at % 50, { reason: `reason ${letters}`, subject: `user ${at}` })
    })
    const same = Array.from({ length: 200 }, (_, at) => later(1, { subject: `user ${at}` }))
    const { stdout } = await runCli(['audit', 'summary', writeLog(...same, ...many)])
    expect(stdout).toContain('over 95 others')
    expect(stdout).toMatch(/^2,001 refusals with other reasons$/m)
  })
})
