/** `token-broker audit`: the text for people, which no caller can forge. */
import { describe, expect, it } from 'vitest'
import { REFUSED, writeLog } from './audit-log.ts'
import { runCli } from './run-cli.ts'

describe('text', () => {
  it('has one block for each record, with everything that explains a refusal', async () => {
    const { stdout } = await runCli([
      'audit',
      writeLog({
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
      const file = writeLog({ ...REFUSED, [member]: value })
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
    const { stdout } = await runCli(['audit', writeLog(REFUSED)], '', env)
    expect(stdout).toContain('\u001b[31m')
  })
})
