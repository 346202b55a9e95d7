/** The cache of `token-broker credential-process`, with parallel and with killed processes. */
import { chmod, mkdir, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { accessKeyIdIn, cacheFile, inSeconds, startSessionBench } from './session-bench.ts'

const bench = await startSessionBench()
const FIFTY_MINUTES_MS = 3_000_000

it('makes one request for twenty processes at once, and the cache is complete', async () => {
  bench.issue(3600, 300)
  const runs = await Promise.all(Array.from({ length: 20 }, () => bench.credentials()))
  expect(new Set(runs.map(accessKeyIdIn))).toEqual(new Set(['ASIA1']))
  expect(bench.requests).toHaveLength(1)
  expect(await bench.cacheFiles()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
}, 60_000)

it('shares a refusal with the processes that wait for the same request', async () => {
  bench.respond(403, { code: 'access_denied', requestId: 'request-7' }, 2500)
  const runs = await Promise.all(Array.from({ length: 6 }, () => bench.credentials()))
  expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([3]))
  expect(bench.requests).toHaveLength(1)
  expect((await bench.credentials()).code).toBe(3)
  expect(bench.requests).toHaveLength(2)
}, 60_000)

it('recovers from a process that was killed at any moment', async () => {
  bench.issue(0.1, 30)
  for (let round = 0; round < 15; round++) {
    const child = bench.start(['credential-process', ...bench.options])
    const closed = new Promise((resolve) => child.on('close', resolve))
    // Half of them with the lock, during the request or the write; the others at any time.
    const before = bench.requests.length
    if (round % 2 === 0)
      await expect
        .poll(() => bench.requests.length, { interval: 5, timeout: 10_000 })
        .toBe(before + 1)
    setTimeout(() => child.kill('SIGKILL'), Math.random() * (round % 2 === 0 ? 80 : 500))
    await closed
    const { code, stdout, stderr } = await bench.credentials()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).Version).toBe(1)
  }
}, 120_000)

it('is readable for this user only', async () => {
  await mkdir(bench.cacheFolder, { recursive: true })
  await chmod(bench.cacheFolder, 0o755)
  await bench.credentials()
  const { file } = await cacheFile(bench)
  expect((await stat(bench.cacheFolder)).mode & 0o777).toBe(0o700)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

it.each([
  ['truncated', '{"accessKeyId":"ASIA', 0o600],
  ['not JSON', '\u0000\u0001', 0o600],
  ['of another shape', '[]', 0o600],
  ['readable by others', undefined, 0o644],
])('replaces a file that is %s', async (_what, content, mode) => {
  await bench.credentials()
  const cached = await cacheFile(bench)
  await cached.write(content ?? JSON.stringify(await cached.read()), mode)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA2')
  expect((await stat(cached.file)).mode & 0o777).toBe(0o600)
  expect(await cached.read()).toMatchObject({ accessKeyId: 'ASIA2' })
})

/** Rewrites the cached credentials so that they expire then, as if they were 50 minutes old. */
async function ageCache(secondsLeft: number): Promise<void> {
  const cached = await cacheFile(bench)
  const obtainedAtMs = Date.now() - FIFTY_MINUTES_MS
  const expiration = inSeconds(secondsLeft)
  await cached.write(JSON.stringify({ ...(await cached.read()), expiration, obtainedAtMs }))
}

it('is refreshed 10 minutes before the credentials expire', async () => {
  await bench.credentials()
  await ageCache(640)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA1')
  await ageCache(590)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA2')
})

it.each([
  ['whose process is dead', { pid: 2 ** 22 + 1, ageSeconds: 1 }],
  ['that is old', { pid: process.pid, ageSeconds: 31 }],
])('breaks a lock %s', async (_what, { pid, ageSeconds }) => {
  await bench.credentials()
  const { file } = await cacheFile(bench)
  await writeFile(file, '')
  const lock = file.replace('.json', '.lock')
  await writeFile(lock, JSON.stringify({ pid, host: hostname(), time: '', id: '' }))
  const at = new Date(Date.now() - ageSeconds * 1000)
  await utimes(lock, at, at)
  const startedAt = Date.now()
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA2')
  expect(Date.now() - startedAt).toBeLessThan(5000)
})

it.each([
  ['busy', 429, 'throttled'],
  ['unavailable', 503, 'upstream_unavailable'],
])('is used while the broker is %s, until a minute before the end', async (_what, status, code) => {
  await bench.credentials()
  bench.respond(status, { code, requestId: 'request-9' })
  await ageCache(300)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA1')
  await ageCache(50)
  expect((await bench.credentials()).code).toBe(4)
})

it('has another entry for another user’s token in the same file', async () => {
  await bench.credentials()
  const payload = Buffer.from('{"iss":"https://id.example","sub":"bob"}').toString('base64url')
  await writeFile(bench.tokenFile, `x.${payload}.y`)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA2')
})

it.each([
  ['another opaque token', 'opaque-1', 'opaque-2'],
  ['a token for which another agent acts', jwt({ act: { sub: 'a' } }), jwt({ act: { sub: 'b' } })],
  ['a token without an agent', jwt({ act: { sub: 'a' } }), jwt({})],
])('has another entry for %s in the same file', async (_what, first, second) => {
  await writeFile(bench.tokenFile, first)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA1')
  await writeFile(bench.tokenFile, second)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA2')
  await writeFile(bench.tokenFile, first)
  expect(accessKeyIdIn(await bench.credentials())).toBe('ASIA1')
})

it('is neither read nor written with --no-cache', async () => {
  await bench.credentials('--no-cache')
  await bench.credentials('--no-cache')
  expect(bench.requests).toHaveLength(2)
  await expect(bench.cacheFiles()).rejects.toThrow('ENOENT')
})

function jwt(claims: object): string {
  const payload = { iss: 'https://id.example', sub: 'alice', ...claims }
  return `x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`
}
