/** `token-broker credential-process`: its output, its cache under parallel and killed processes, and its refusals. */
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fromProcess } from '@aws-sdk/credential-provider-process'
import { REFUSAL_CODES } from '@token-broker/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nodeListener } from '../../../packages/local/src/node-http.ts'
import { startBroker, tenantDocument } from '../../fixtures/in-process-broker.ts'
import { closeServer, listen, startIssuer } from '../../fixtures/issuer-server.ts'
import { startStsServer } from '../../fixtures/sts-server.ts'
import { cacheFile, createSessionBench, MAIN, type SessionBench, TOKEN } from './session-bench.ts'

let bench: SessionBench
beforeAll(async () => {
  bench = await createSessionBench()
})
beforeEach(() => bench.forget())
afterAll(() => bench.close())

const keyId = (stdout: string) => JSON.parse(stdout).AccessKeyId
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

describe('output', () => {
  test('is what credential_process wants, and the second run asks nobody', async () => {
    const args = [
      '--tenant',
      'acme',
      '--grant',
      'reports',
      '--duration',
      '1h',
      '--statements',
      'Read,Keep',
    ]
    const first = await bench.credentials(...args)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(first.stdout)).toEqual({
      Version: 1,
      AccessKeyId: 'ASIA1',
      SecretAccessKey: 'canary-secret',
      SessionToken: 'canary-session',
      Expiration: expect.stringMatching(/Z$/),
      AccountId: '111122223333',
    })
    expect(await bench.credentials(...args)).toEqual(first)
    const asked = {
      tenant: 'acme',
      grant: 'reports',
      durationSeconds: 3600,
      statements: ['Read', 'Keep'],
    }
    expect(bench.requests).toEqual([{ token: TOKEN, ...asked }])
    await bench.credentials('--grant', 'other')
    expect(bench.requests).toHaveLength(2)
  })

  test('reaches an unmodified SDK through a profile, from the real broker', async () => {
    const [issuer, sts] = await Promise.all([startIssuer(), startStsServer()])
    const broker = await startBroker({
      documents: [tenantDocument('acme', issuer.url)],
      stsEndpoint: sts.url,
    })
    const server = createServer(nodeListener(broker.app))
    const url = await listen(server)
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer.url, sub: 'alice', aud: 'acme-app', iat: now, exp: now + 600 }
    await writeFile(join(bench.home, 'real.jwt'), await issuer.sign(claims))
    const configFilepath = join(bench.home, 'aws-config')
    const cache = `env HOME=${bench.home}`
    const command = `${cache} ${process.execPath} ${MAIN} credential-process --endpoint ${url} --token-file ${bench.home}/real.jwt`
    await writeFile(configFilepath, `[profile work]\ncredential_process = ${command}\n`)
    const credentials = await fromProcess({
      profile: 'work',
      configFilepath,
      filepath: configFilepath,
    })()
    expect(credentials).toMatchObject({
      accessKeyId: 'ASIA0123456789ABCDEF',
      accountId: '111122223333',
    })
    broker.close()
    await Promise.all([closeServer(server), issuer.close(), sts.close()])
  })
})

describe('cache', () => {
  test('twenty processes at once make one request, and the cache is whole', async () => {
    bench.issue(3600, 300)
    const runs = await Promise.all(Array.from({ length: 20 }, () => bench.credentials()))
    expect(new Set(runs.map(({ stdout }) => keyId(stdout)))).toEqual(new Set(['ASIA1']))
    expect(bench.requests).toHaveLength(1)
    expect(await bench.cacheFiles()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
  }, 60_000)

  test('processes that wait for a refused request share the refusal', async () => {
    bench.answer(403, { code: 'access_denied', requestId: 'request-7' }, 2500)
    const runs = await Promise.all(Array.from({ length: 6 }, () => bench.credentials()))
    expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([3]))
    expect(bench.requests).toHaveLength(1)
    expect((await bench.credentials()).code).toBe(3)
    expect(bench.requests).toHaveLength(2)
  }, 60_000)

  test('a process killed at any moment leaves nothing that the next one stumbles over', async () => {
    bench.issue(0.1, 30)
    for (let round = 0; round < 15; round++) {
      const child = bench.start([
        'credential-process',
        '--endpoint',
        bench.url,
        '--token-file',
        bench.tokenFile,
      ])
      const gone = new Promise((resolve) => child.on('close', resolve))
      // Half of them while they hold the lock, wait for the answer or write it; the others whenever.
      const before = bench.requests.length
      if (round % 2 === 0)
        await expect
          .poll(() => bench.requests.length, { interval: 5, timeout: 10_000 })
          .toBe(before + 1)
      setTimeout(() => child.kill('SIGKILL'), Math.random() * (round % 2 === 0 ? 80 : 500))
      await gone
      const { code, stdout, stderr } = await bench.credentials()
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout).Version).toBe(1)
    }
  }, 120_000)

  test('is for this user only', async () => {
    await mkdir(bench.cacheFolder, { recursive: true })
    await chmod(bench.cacheFolder, 0o755)
    await bench.credentials()
    const { file } = await cacheFile(bench)
    expect((await stat(bench.cacheFolder)).mode & 0o777).toBe(0o700)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['torn', '{"accessKeyId":"ASIA', 0o600],
    ['garbage', '\u0000\u0001', 0o600],
    ['of another shape', '[]', 0o600],
    ['readable by others', undefined, 0o644],
  ])('a file that is %s is asked for anew', async (_what, content, mode) => {
    await bench.credentials()
    const cached = await cacheFile(bench)
    await cached.write(content ?? JSON.stringify(await cached.read()), mode)
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA2')
    expect((await stat(cached.file)).mode & 0o777).toBe(0o600)
    expect(await cached.read()).toMatchObject({ accessKeyId: 'ASIA2' })
  })

  test('credentials are renewed 10 minutes before they expire', async () => {
    await bench.credentials()
    const cached = await cacheFile(bench)
    const content = await cached.read()
    await cached.write(
      JSON.stringify({ ...content, expiration: inSeconds(640), obtainedAtMs: Date.now() - 3e6 }),
    )
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA1')
    await cached.write(
      JSON.stringify({ ...content, expiration: inSeconds(590), obtainedAtMs: Date.now() - 3e6 }),
    )
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA2')
  })

  test.each([
    ['a lock whose process is dead', { pid: 2 ** 22 + 1, ageSeconds: 1 }],
    ['a lock that is old', { pid: process.pid, ageSeconds: 31 }],
  ])('%s is broken', async (_what, { pid, ageSeconds }) => {
    await bench.credentials()
    const { file } = await cacheFile(bench)
    await writeFile(file, '')
    const lock = file.replace('.json', '.lock')
    await writeFile(lock, JSON.stringify({ pid, host: hostname(), time: '', id: '' }))
    const at = new Date(Date.now() - ageSeconds * 1000)
    await utimes(lock, at, at)
    const startedAt = Date.now()
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA2')
    expect(Date.now() - startedAt).toBeLessThan(5000)
  })

  test.each([
    ['busy', 429],
    ['away', 503],
  ])('a broker that is %s does not take away what is held', async (_what, status) => {
    await bench.credentials()
    const cached = await cacheFile(bench)
    const content = await cached.read()
    bench.answer(status, {
      code: status === 429 ? 'throttled' : 'upstream_unavailable',
      requestId: 'request-9',
    })
    await cached.write(
      JSON.stringify({ ...content, expiration: inSeconds(300), obtainedAtMs: Date.now() - 3e6 }),
    )
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA1')
    await cached.write(
      JSON.stringify({ ...content, expiration: inSeconds(50), obtainedAtMs: Date.now() - 3e6 }),
    )
    expect((await bench.credentials()).code).toBe(4)
  })

  test('another user’s token in the same file is another entry', async () => {
    await bench.credentials()
    const payload = Buffer.from('{"iss":"https://id.example","sub":"bob"}').toString('base64url')
    await writeFile(bench.tokenFile, `x.${payload}.y`)
    expect(keyId((await bench.credentials()).stdout)).toBe('ASIA2')
    await writeFile(bench.tokenFile, TOKEN)
  })

  test('--no-cache neither reads nor writes', async () => {
    await bench.credentials('--no-cache')
    await bench.credentials('--no-cache')
    expect(bench.requests).toHaveLength(2)
    await expect(bench.cacheFiles()).rejects.toThrow('ENOENT')
  })
})

describe('refusals', () => {
  test.each(REFUSAL_CODES)('%s is one line with the request id and what to do', async (code) => {
    const passing = ['throttled', 'upstream_unavailable', 'issuer_unavailable'].includes(code)
    bench.answer(passing ? 503 : 403, {
      code,
      requestId: 'request-42',
      detail: 'line one\nline two',
    })
    const { code: exitCode, stdout, stderr } = await bench.credentials()
    expect({ exitCode, stdout }).toEqual({ exitCode: passing ? 4 : 3, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(
        `^token-broker: ${code} \\(request request-42\\): line one line two [^\\n]{20,}\\n$`,
      ),
    )
  })

  test('nobody there, and somebody else there', async () => {
    const away = await bench.credentials('--endpoint', 'http://127.0.0.1:9')
    expect(away.code).toBe(4)
    expect(away.stderr).toMatch(/^token-broker: unreachable: .*\n$/)
    bench.answer(404, {})
    expect((await bench.credentials()).stderr).toMatch(
      /^token-broker: bad_answer: HTTP 404 .*--endpoint\n$/,
    )
  })

  test('the token is in no cache file, no file name and no stderr', async () => {
    const outputs = [await bench.credentials(), await bench.run(stdin(), { input: TOKEN })]
    bench.answer(401, { code: 'invalid_token', requestId: 'r' })
    outputs.push(await bench.credentials('--grant', 'x'))
    await writeFile(join(bench.home, 'two.jwt'), `${TOKEN} ${TOKEN}`)
    outputs.push(await bench.credentials('--token-file', join(bench.home, 'two.jwt')))
    const names = await bench.cacheFiles()
    const contents = await Promise.all(
      names.map((name) => readFile(join(bench.cacheFolder, name), 'utf8')),
    )
    expect(names.length).toBeGreaterThan(2)
    expect(
      [...names, ...contents, ...outputs.map(({ stdout, stderr }) => stdout + stderr)].join('\n'),
    ).not.toContain(TOKEN.slice(0, 20))
  })
})

const stdin = () => ['credential-process', '--endpoint', bench.url, '--token-file', '-']

describe('settings', () => {
  test('a token command is split as a shell would, and run without one', async () => {
    const command = `node -e 'console.log(process.argv[1])' "${TOKEN}$(id)"`
    await bench.run(['credential-process', '--endpoint', bench.url, '--token-command', command])
    expect(bench.requests).toMatchObject([{ token: `${TOKEN}$(id)` }])
    const unended = await bench.run([
      'credential-process',
      '--endpoint',
      bench.url,
      '--token-command',
      "a 'b",
    ])
    expect(unended).toMatchObject({
      code: 1,
      stderr: '--token-command: a quote or backslash is not ended\n',
    })
    const failing = await bench.run([
      'credential-process',
      '--endpoint',
      bench.url,
      '--token-command',
      'false',
    ])
    expect(failing).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^token-broker: no_token: false ended.*\n$/),
    })
  })

  test('a profile, by option or environment, with options above it', async () => {
    const folder = join(bench.home, '.config', 'token-broker')
    await mkdir(folder, { recursive: true })
    const work = {
      endpoint: bench.url,
      tenant: 'acme',
      grant: 'reports',
      statements: ['A', 'B'],
      tokenFile: '~/token.jwt',
    }
    await writeFile(join(folder, 'profiles.json'), JSON.stringify({ work, odd: { endpont: 'x' } }))
    await bench.run(['credential-process', '--profile', 'work', '--grant', 'uploads'])
    await bench.run(['credential-process'], { env: { TOKEN_BROKER_PROFILE: 'work' } })
    expect(bench.requests).toMatchObject([
      { tenant: 'acme', grant: 'uploads' },
      { statements: ['A', 'B'] },
    ])
    expect((await bench.run(['credential-process', '--profile', 'odd'])).stderr).toContain(
      'unknown field "endpont"',
    )
    expect((await bench.run(['credential-process', '--profile', 'none'])).stderr).toContain(
      'it has work, odd',
    )
  })

  test.each([
    [['--endpoint', 'http://broker.example'], '--endpoint: write an https URL'],
    [['--endpoint', 'http://127.0.0.1.evil.example'], '--endpoint: write an https URL'],
    [['--duration', '5m'], '--duration'],
    [['--statements', 'A,,B'], '--statements'],
    [['--token-command', 'a b'], 'not both'],
    [['--token', 'x'], '--token'],
  ])('refuses %j in one line', async (args, says) => {
    const { code, stderr } = await bench.credentials(...args)
    expect(code).toBe(1)
    expect(stderr).toContain(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(bench.requests).toEqual([])
  })
})
