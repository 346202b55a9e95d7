/** `npm run game` as a process, and what the checks of documents say about its document. */
import { execFile } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import { spawnTied } from '../fixtures/spawn-tied.ts'
import { runHere } from '../unit/cli/run-cli.ts'

const PROGRAM = 'packages/local/src/game/play.ts'
const DOCUMENT = 'packages/game/tenant.yaml'
const run = promisify(execFile)

describe('npm run game', () => {
  it('prints where everything is, and serves the page', async () => {
    const program = spawnTied(process.execPath, [PROGRAM, '--port', '0'], { env: process.env })
    await closeAfterTests({ close: program.end })
    const lines: string[] = []
    for await (const line of createInterface(program.stdout)) {
      lines.push(line)
      if (line === 'ready') break
    }
    const names = lines.map((line) => line.split(/ {2,}/)[0])
    expect(names).toEqual([
      ...['broker', 'STS', 'S3', 'DynamoDB', 'owner', 'sign-in', 'game', 'ready'],
    ])
    const [, url = ''] = lines.at(-2)?.split(/ {2,}/) ?? []
    const page = await fetch(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([
      ...[200, 'text/html; charset=utf-8'],
    ])
  })

  it('says what it accepts', async () => {
    const { stdout } = await run(process.execPath, [PROGRAM, '--help'])
    expect(stdout).toContain('--data DIR')
  })

  it.each([
    [['--port', '65531'], '--port: expected a port from 0 to 65530, found "65531"\n'],
    [['--port', '-1'], '--port'],
    [['--other'], "Unknown option '--other'; see --help\n"],
  ])('refuses %j', async (args, message) => {
    const failed = run(process.execPath, [PROGRAM, ...args])
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    })
  })
})

describe('the tenant document of the game', () => {
  it('has nothing that a person should look at', async () => {
    const { code, stdout } = await runHere(['validate', '--strict', DOCUMENT])
    expect([code, stdout]).toEqual([0, '1 document is valid\n'])
  })

  it('keeps all players apart', async () => {
    const { code, stdout } = await runHere(['prove', DOCUMENT])
    expect(code).toBe(0)
    expect(stdout).not.toContain('NOT')
    expect(stdout.match(/separate: callers with different identity/g)).toHaveLength(10)
  })
})
