/** `token-broker exec`: the credentials of its command, and how it ends. */
import type { ChildProcess } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startSessionBench, TOKEN } from './session-bench.ts'

const bench = await startSessionBench()
const exec = (command: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  bench.run(['exec', ...bench.options, '--', ...command], { env })

it('gives the command credentials that no variable of its environment overrides', async () => {
  const sdk = import.meta.resolve('@aws-sdk/credential-provider-http')
  const script = join(bench.home, 'child.mjs')
  await writeFile(
    script,
    `import http from ${JSON.stringify(sdk)}
     const { accessKeyId } = await http.fromHttp()()
     const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_')).sort()
     console.log(JSON.stringify({ accessKeyId, names, args: process.argv.slice(2) }))
     process.exitCode = 7`,
  )
  const others = {
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_SESSION_TOKEN: 'x',
    AWS_PROFILE: 'x',
  }
  const more = { AWS_ROLE_ARN: 'x', AWS_WEB_IDENTITY_TOKEN_FILE: 'x', AWS_REGION: 'eu-central-1' }
  const run = await exec(['node', script, '--help', '--', 'a b'], { ...others, ...more })
  expect(run).toMatchObject({ code: 7, stderr: '' })
  expect(JSON.parse(run.stdout)).toEqual({
    accessKeyId: 'ASIA1',
    names: [
      'AWS_CONTAINER_AUTHORIZATION_TOKEN',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_REGION',
    ],
    args: ['--help', '--', 'a b'],
  })
})

it('ends with the exit code of its command, or with that of a shell', async () => {
  expect((await exec(['sh', '-c', 'kill -KILL $$'])).code).toBe(137)
  expect(await exec(['no-such-command'])).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('ENOENT'),
  })
  expect((await exec([`${bench.tokenFile}/x`])).code).toBe(126)
  for (const args of [['exec', 'true'], ['exec'], ['exec', '--']])
    expect(await bench.run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('after two dashes'),
    })
  bench.respond(403, { code: 'access_denied', requestId: 'request-8' })
  const refused = await bench.run(['exec', '--no-cache', ...bench.options, '--', 'echo', 'ran'])
  expect(refused).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('access_denied'),
  })
})

it('reads the token from standard input', async () => {
  const args = ['exec', '--endpoint', bench.url, '--token-file', '-', '--', 'echo', 'ran']
  expect(await bench.run(args, { input: TOKEN })).toMatchObject({ code: 0, stdout: 'ran\n' })
  expect(bench.requests).toMatchObject([{ token: TOKEN }])
})

it('forwards signals to its command', async () => {
  const script =
    "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')"
  const child = bench.start(['exec', ...bench.options, '--', 'node', '-e', script])
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.stdout?.once('data', () => child.kill('SIGTERM'))
  expect(await closed).toBe(9)
})

describe('while credentials are refreshed', () => {
  const PATIENCE = { timeout: 30_000 }
  const start = (token: readonly string[], script: string) => {
    const options = ['--no-cache', '--endpoint', bench.url, ...token]
    return bench.start(['exec', ...options, '--', 'node', '-e', script])
  }
  const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve))

  it('continues after its standard error was closed', async () => {
    bench.issue(4)
    const end = join(bench.home, 'end')
    const script = `const { existsSync } = require('node:fs')
      setInterval(() => existsSync(${JSON.stringify(end)}) && process.exit(7), 50)`
    const child = start(['--token-file', bench.tokenFile], script)
    const closed = ended(child)
    await expect.poll(() => bench.requests.length, PATIENCE).toBe(1)
    bench.respond(503, { code: 'upstream_unavailable' })
    child.stderr?.destroy()
    // The third request follows the warning about the second.
    await expect.poll(() => bench.requests.length, PATIENCE).toBeGreaterThan(2)
    await writeFile(end, '')
    expect(await closed).toBe(7)
  })

  it('ends with its command, and ends the token command in progress', async () => {
    bench.issue(4)
    const beats = join(bench.home, 'beats')
    const tokenScript = join(bench.home, 'token.mjs')
    await writeFile(
      tokenScript,
      `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
       const beats = ${JSON.stringify(beats)}
       if (existsSync(beats)) setInterval(() => appendFileSync(beats, '.'), 20)
       else { writeFileSync(beats, ''); console.log(${JSON.stringify(TOKEN)}) }`,
    )
    const script = `const { readFileSync } = require('node:fs')
      const wait = setInterval(() => {
        if (readFileSync(${JSON.stringify(beats)}, 'utf8') !== '') clearInterval(wait)
      }, 50)`
    const child = start(['--token-command', `node ${tokenScript}`], script)
    expect(await ended(child)).toBe(0)
    const last = await readFile(beats, 'utf8')
    await sleep(500)
    expect(await readFile(beats, 'utf8')).toBe(last)
  })
})
