/** Typical mistakes of callers at the command line: each names the option, and quotes no token. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CommandNode, isGroup } from '../../../packages/cli/src/command-line/declaration.ts'
import { PROGRAM } from '../../../packages/cli/src/commands/program.ts'
import { makeTemporaryFolder, tenantDocument } from '../../fixtures/index.ts'
import { startServedBroker } from '../../fixtures/served-broker.ts'
import { runCli, runHere } from './run-cli.ts'

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.CANARYc2lnbmF0dXJl'
const OPAQUE = 'gho_CANARY6C7e42F292c6912E7710c838347Ae178'
const RANDOM = 'CANARY0123456789abcdef0123456789'

const broker = await startServedBroker({
  documents: (url) => [tenantDocument('acme', url)],
})
const folder = makeTemporaryFolder()
const file = join(folder, 'token.jwt')
beforeEach(async () => writeFile(file, `${await broker.token()}\n`))

async function request(...args: readonly string[]): Promise<string> {
  const options = ['--endpoint', broker.url, '--token-file', file, '--no-cache']
  const { code, stdout, stderr } = await runCli(['credential-process', ...options, ...args])
  expect([code, stdout]).toEqual([expect.toBeOneOf([1, 3]), ''])
  expect(stderr).not.toContain('CANARY')
  return stderr.replace(/request-\d+/, 'ID').trim()
}

describe('a refusal names the option that is wrong', () => {
  const POLICY = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  })

  it.each([
    [
      ['--statements', 'Raed'],
      'access_denied (request ID): --statements: The grant has no statement "Raed"; did you mean ' +
        'Read? Its statements are Read.',
    ],
    [
      ['--duration', '2h'],
      'access_denied (request ID): --duration: The requested duration is too long: the grant ' +
        'allows sessions of at most 3600 s, and the request is for 7200 s; request 3600 s or less.',
    ],
    [
      ['--policy', POLICY],
      'access_denied (request ID): --policy: Statement 1 of the session policy allows more than ' +
        'the grant: the grant does not allow s3:*; remove it, or request another grant.',
    ],
    [
      ['--policy', '{"Statement":[]}'],
      expect.stringMatching(
        /^invalid_request \(request ID\): --policy: The session policy is not /,
      ),
    ],
    [
      ['--tenant', 'nobody', '--grant', 'read'],
      expect.stringMatching(
        /^access_denied \(request ID\): check --tenant "nobody" and --grant "read": No rule /,
      ),
    ],
    [
      ['--grant', 'x'.repeat(129)],
      'invalid_request (request ID): --grant: "grant" must be a string of 1 to 128 characters.',
    ],
    [
      ['--duration', '13h'],
      '--duration: expected a time from 15m to 12h, such as 15m, 1h or 900s, found "13h"',
    ],
  ])('%j', async (args, message) => {
    expect((await request(...args)).replace('token-broker: ', '')).toEqual(message)
  })

  it('and none where no option was given that could be', async () => {
    await writeFile(file, await broker.token({ blocked: true }))
    expect(await request()).toMatch(
      /^token-broker: access_denied \(request ID\): No rule grants .* give the request id to the /,
    )
  })
})

describe('--endpoint', () => {
  it.each([
    ['/v1/credentials', ''],
    ['/v1/credentials/', ''],
    ['/base/v1/token', '/base'],
    ['/sts', ''],
    ['/v1/tenants/acme/grants/read/credentials', ''],
    ['/.well-known/openid-configuration', ''],
  ])('with the path %s of the API', async (path, base) => {
    expect(await request('--endpoint', `${broker.url}${path}`)).toBe(
      `token-broker: --endpoint: "${path.slice(base.length)}" is a path of the API, which is ` +
        `added; write the URL of the broker alone: ${broker.url}${base}`,
    )
  })

  it.each([
    ['broker.example', 'found "broker.example"; did you mean "https://broker.example"?'],
    ['http://broker.example', 'found http and "broker.example"; did you mean https?'],
    ['ftp://broker.example', 'found "ftp://broker.example"'],
    [JWT, 'the value looks like a token'],
  ])('%s', async (endpoint, message) => {
    expect(await request('--endpoint', endpoint)).toContain(`--endpoint: `)
    expect(await request('--endpoint', endpoint)).toContain(message)
  })

  it('with another path', async () => {
    expect(await request('--endpoint', `${broker.url}/broker`)).toMatch(
      /--endpoint: There is no .* Its path is \/broker; a broker often has none: http:\/\/127/,
    )
  })
})

describe('a token file', () => {
  it.each<[string, string | Buffer, string]>([
    ['with quotes', `"${JWT}"`, 'it has a token in quotes; remove the quotes'],
    ['with a scheme', `Bearer ${JWT}`, 'before it, such as Bearer; send the token alone'],
    ['with JSON', `{"id_token":"${JWT}"}`, 'it has JSON, such as the response of a token endpoint'],
    ['with two tokens', `${JWT}\n${JWT}\n`, 'found 2 lines; write the token on one line'],
    [
      'with a line break inside',
      JWT.replace('.', '.\r\n'),
      'found 2 lines; write the token on one',
    ],
    ['with a space inside', JWT.replace('.', '. '), 'found white space inside it'],
    ['in UTF-16', Buffer.from(`\ufeff${JWT}`, 'utf16le'), 'it is not text in UTF-8'],
    ['with another character', `${JWT}é`, `character ${JWT.length + 1} is none that a token has`],
    ['that is too long', 'x'.repeat(100_001), 'found 100001 characters, more than 100000'],
  ])('%s', async (_, content, problem) => {
    await writeFile(file, content)
    const stderr = await request()
    expect(stderr).toContain(`no_token: --token-file: ${file} does not have one token: `)
    expect(stderr).toContain(problem)
  })

  it.each([
    [['--token-file', folder], '--token-file: cannot read ', '(EISDIR)'],
    [['--token-file', join(folder, 'none')], '--token-file: cannot read ', '(ENOENT)'],
    [['--token-file', '/dev/null'], '--token-file: /dev/null is empty', ''],
    [['--actor-token-file', join(folder, 'none')], '--actor-token-file: cannot read', '(ENOENT)'],
    [['--token-file', RANDOM], 'its name looks like a token (32 characters)', '--token-file'],
    [['--token-file', OPAQUE], '--token-file: the value looks like a token', ''],
  ])('%j', async (args, problem, reason) => {
    const stderr = await request(...args)
    expect(stderr).toContain(problem)
    expect(stderr).toContain(reason)
  })

  it('may begin with a byte order mark and end with a newline', async () => {
    await writeFile(file, `\ufeff${await broker.token()}\r\n`)
    const args = ['--endpoint', broker.url, '--token-file', file, '--no-cache']
    expect((await runCli(['credential-process', ...args])).code).toBe(0)
  })
})

describe('a token as a word of a command line is not printed', () => {
  const commandsOf = (node: CommandNode, path: readonly string[]): string[][] =>
    isGroup(node)
      ? node.commands.flatMap((one) => commandsOf(one, [...path, one.name]))
      : [[...path]]
  const commands = PROGRAM.commands.flatMap((one) => commandsOf(one, [one.name]))

  it.each(commands.map((command) => [command.join(' '), command] as const))(
    'by %s',
    async (_, command) => {
      for (const token of [JWT, OPAQUE, `Bearer ${JWT}`, `"${JWT}"`, ` ${JWT}\n`])
        for (const [what, words] of [
          ['an argument', [token]],
          ['--unknown: the value', ['--unknown', token]],
          ['--unknown: the value', [`--unknown=${token}`]],
        ] as const) {
          const { code, stdout, stderr } = await runHere([...command, ...words])
          expect([code, stdout]).toEqual([1, ''])
          expect(stderr).toContain(`${what} looks like a token (${token.length} characters)`)
          expect(stderr).not.toContain('CANARY')
        }
    },
  )

  it('in place of the command, or of a file', async () => {
    for (const words of [[JWT], [`-${JWT}`], [`--${JWT}`], ['help', JWT], ['validate', RANDOM]]) {
      const { code, stderr } = await runHere(words)
      expect([code, stderr]).toEqual([1, expect.stringContaining('looks like a token')])
      expect(stderr).not.toContain('CANARY')
    }
  })

  it('while the command of exec may have one', async () => {
    const args = ['exec', '--endpoint', broker.url, '--token-file', file, '--', 'echo', 'x', JWT]
    expect(await runCli(args)).toMatchObject({ code: 0, stdout: `x ${JWT}\n` })
  })
})
