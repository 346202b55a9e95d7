/** `token-broker serve` and `exec`: whom the endpoint answers, what it answers while the broker is away, and how both end. */
import type { ChildProcess } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { get, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSessionBench, type SessionBench, TOKEN } from './session-bench.ts'

let bench: SessionBench
let served: Served | undefined
beforeAll(async () => {
  bench = await createSessionBench()
})
beforeEach(() => bench.forget())
afterEach(async () => {
  await served?.end('SIGKILL')
  served = undefined
})
afterAll(() => bench.close())

interface Served {
  readonly uri: string
  readonly bearer: string
  end(signal: NodeJS.Signals): Promise<number | null>
}

async function serve(...args: string[]): Promise<Served> {
  const common = ['--endpoint', bench.url, '--token-file', bench.tokenFile]
  const child: ChildProcess = bench.start(['serve', ...common, ...args])
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  if (!child.stdout) throw new Error('no output')
  const values: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value = ''] = /^export (AWS_\w+)=(\S+)$/.exec(line) ?? []
    expect(name).toBe(
      ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'][values.length],
    )
    if (values.push(value) === 2) break
  }
  const [uri = '', bearer = ''] = values
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return closed
  }
  served = { uri, bearer, end }
  return served
}

function ask(uri: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<{
    status: number | undefined
    headers: NodeJS.Dict<string | string[]>
    json: unknown
  }>((resolve, reject) => {
    const send = method === 'GET' ? get : request
    send(uri, { method, headers, agent: false }, async (response) => {
      resolve({
        status: response.statusCode,
        headers: response.headers,
        json: JSON.parse(await text(response)),
      })
    })
      .on('error', reject)
      .end()
  })
}

describe('serve', () => {
  test('answers who knows the bearer, and an unmodified SDK', async () => {
    const { uri, bearer, end } = await serve()
    expect(Buffer.from(bearer, 'base64url')).toHaveLength(32)
    expect(uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/credentials$/)
    const answer = await ask(uri, { authorization: bearer })
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    expect(answer.json).toEqual({
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 'canary-secret',
      Token: 'canary-session',
      Expiration: expect.stringMatching(/Z$/),
      AccountId: '111122223333',
    })
    const sdk = fromHttp({
      awsContainerCredentialsFullUri: uri,
      awsContainerAuthorizationToken: bearer,
      maxRetries: 0,
    })
    expect(await sdk()).toMatchObject({ accessKeyId: 'ASIA1', sessionToken: 'canary-session' })
    expect(bench.requests).toHaveLength(1)
    expect(await end('SIGTERM')).toBe(0)
    await expect(ask(uri, { authorization: bearer })).rejects.toThrow('ECONNREFUSED')
  })

  test('refuses others in both spellings', async () => {
    const { uri, bearer, end } = await serve()
    const wrong = await ask(uri, { authorization: `${bearer.slice(1)}A` })
    expect(wrong).toMatchObject({
      status: 401,
      json: { code: 'Unauthorized', Code: 'Unauthorized' },
    })
    expect(wrong.json).toMatchObject({ message: expect.any(String), Message: expect.any(String) })
    expect(await ask(uri, {})).toMatchObject({ status: 401 })
    expect(await ask(uri, { authorization: bearer, host: 'evil.example' })).toMatchObject({
      status: 421,
    })
    expect(await ask(uri, { authorization: bearer, host: '127.0.0.1:1' })).toMatchObject({
      status: 421,
    })
    expect(await ask(uri, { authorization: bearer }, 'POST')).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    })
    expect(await ask(uri, { authorization: bearer }, 'OPTIONS')).toMatchObject({ status: 405 })
    expect(await ask(uri.replace('/credentials', '/'), { authorization: bearer })).toMatchObject({
      status: 404,
    })
    expect(await end('SIGINT')).toBe(0)
  })

  test('refreshes before anybody asks, and answers from memory', async () => {
    bench.issue(6)
    const { uri, bearer } = await serve('--no-cache')
    bench.issue(3600)
    // Due when half of their life is over.
    await sleep(1000)
    expect(bench.requests).toHaveLength(1)
    await expect.poll(() => bench.requests.length, { timeout: 10_000 }).toBe(2)
    await sleep(300)
    bench.answer(503, { code: 'upstream_unavailable', requestId: 'request-4' })
    expect(await ask(uri, { authorization: bearer })).toMatchObject({
      status: 200,
      json: { AccessKeyId: 'ASIA2' },
    })
    expect(bench.requests).toHaveLength(2)
  })

  test('asks at once where what it holds has less than a minute left', async () => {
    bench.issue(30)
    const { uri, bearer } = await serve('--no-cache')
    bench.issue(3600)
    expect(await ask(uri, { authorization: bearer })).toMatchObject({
      status: 200,
      json: { AccessKeyId: 'ASIA2' },
    })
  })

  test('says why where it holds nothing usable, and does not start on a refusal', async () => {
    bench.issue(30)
    const { uri, bearer } = await serve('--no-cache')
    bench.answer(403, { code: 'access_denied', requestId: 'request-5' })
    const denied = {
      code: 'access_denied',
      Code: 'access_denied',
      Message: expect.stringContaining('request-5'),
    }
    expect(await ask(uri, { authorization: bearer })).toMatchObject({ status: 403, json: denied })
    bench.answer(403, { code: 'access_denied', requestId: 'request-8' })
    const run = await bench.run([
      'serve',
      '--endpoint',
      bench.url,
      '--token-file',
      bench.tokenFile,
      '--no-cache',
    ])
    expect(run).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('request-8') })
  })

  test('asks the broker once for the four tries of a denied SDK, and again after five seconds', async () => {
    bench.issue(30)
    const { uri, bearer } = await serve('--no-cache')
    bench.answer(403, { code: 'access_denied', requestId: 'request-6' })
    for (const _try of [1, 2, 3, 4]) {
      const answer = await ask(uri, { authorization: bearer })
      expect(answer).toMatchObject({
        status: 403,
        json: { Message: expect.stringContaining('request-6') },
      })
    }
    expect(bench.requests).toHaveLength(2)
    bench.issue(3600)
    await expect
      .poll(async () => (await ask(uri, { authorization: bearer })).status, { timeout: 15_000 })
      .toBe(200)
  })

  test('asks the broker each time while it is only away', async () => {
    bench.issue(30)
    const { uri, bearer } = await serve('--no-cache')
    bench.answer(503, { code: 'upstream_unavailable', requestId: 'request-7' })
    expect(await ask(uri, { authorization: bearer })).toMatchObject({ status: 503 })
    bench.issue(3600)
    expect(await ask(uri, { authorization: bearer })).toMatchObject({ status: 200 })
  })

  test('a port in use is one line', async () => {
    const port = new URL((await serve()).uri).port
    const run = await bench.run([
      'serve',
      '--port',
      port,
      '--endpoint',
      bench.url,
      '--token-file',
      bench.tokenFile,
    ])
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^--port \d+: cannot listen \(EADDRINUSE\).*\n$/),
    })
  })
})

describe('exec', () => {
  const exec = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    bench.run(['exec', '--endpoint', bench.url, '--token-file', bench.tokenFile, '--', ...args], {
      env,
    })

  test('gives the command credentials that nothing in its environment wins over', async () => {
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

  test('ends as the command ends', async () => {
    expect((await exec(['sh', '-c', 'kill -KILL $$'])).code).toBe(137)
    expect(await exec(['no-such-command'])).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('ENOENT'),
    })
    expect((await exec([`${bench.tokenFile}/x`])).code).toBe(126)
    expect((await bench.run(['exec', 'true'])).stderr).toContain('behind two dashes')
    bench.answer(403, { code: 'access_denied', requestId: 'request-8' })
    const refused = await bench.run([
      ...['exec', '--no-cache', '--endpoint', bench.url, '--token-file', bench.tokenFile],
      ...['--', 'echo', 'ran'],
    ])
    expect(refused).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('access_denied'),
    })
  })

  test('passes signals on', async () => {
    const script =
      "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')"
    const common = ['--endpoint', bench.url, '--token-file', bench.tokenFile]
    const child = bench.start(['exec', ...common, '--', 'node', '-e', script])
    const closed = new Promise((resolve) => child.on('close', resolve))
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect(await closed).toBe(9)
  })
})

describe('exec while a refresh is due', () => {
  const PATIENCE = { timeout: 30_000 }
  const start = (token: readonly string[], script: string) =>
    bench.start([
      'exec',
      '--no-cache',
      '--endpoint',
      bench.url,
      ...token,
      '--',
      'node',
      '-e',
      script,
    ])
  const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve))

  test('outlives whoever read its warnings', async () => {
    bench.issue(4)
    const end = join(bench.home, 'end')
    const script = `setInterval(() => require('node:fs').existsSync(${JSON.stringify(end)}) && process.exit(7), 50)`
    const child = start(['--token-file', bench.tokenFile], script)
    const closed = ended(child)
    await expect.poll(() => bench.requests.length, PATIENCE).toBe(1)
    bench.answer(503, { code: 'upstream_unavailable' })
    child.stderr?.destroy()
    // The third comes after the warning about the second.
    await expect.poll(() => bench.requests.length, PATIENCE).toBeGreaterThan(2)
    await writeFile(end, '')
    expect(await closed).toBe(7)
  })

  test('ends with its command, and ends the token command that is under way', async () => {
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
    const script = `const wait = setInterval(() => {
      if (require('node:fs').readFileSync(${JSON.stringify(beats)}, 'utf8') !== '') clearInterval(wait)
    }, 50)`
    const child = start(['--token-command', `node ${tokenScript}`], script)
    expect(await ended(child)).toBe(0)
    const last = await readFile(beats, 'utf8')
    await sleep(500)
    expect(await readFile(beats, 'utf8')).toBe(last)
  })
})
