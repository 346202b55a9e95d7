/** How `token-broker credential-process` reports refusals and outages, without the token. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REFUSAL_CODES } from '@token-broker/core'
import { expect, it } from 'vitest'
import { startSessionBench, TOKEN } from './session-bench.ts'

const bench = await startSessionBench()
const TEMPORARY = ['throttled', 'upstream_unavailable', 'issuer_unavailable']

it.each(REFUSAL_CODES)('reports %s in one line with the request id and advice', async (code) => {
  const isTemporary = TEMPORARY.includes(code)
  const detail = 'line one\nline two'
  bench.respond(isTemporary ? 503 : 403, { code, requestId: 'request-42', detail })
  const { code: exitCode, stdout, stderr } = await bench.credentials()
  expect({ exitCode, stdout }).toEqual({ exitCode: isTemporary ? 4 : 3, stdout: '' })
  const start = `token-broker: ${code} \\(request request-42\\): line one line two`
  expect(stderr).toMatch(new RegExp(`^${start} [^\\n]{20,}\\n$`))
})

it('reports a broker that does not respond, and a server that is not a broker', async () => {
  const unreachable = await bench.credentials('--endpoint', 'http://127.0.0.1:9')
  expect(unreachable.code).toBe(4)
  expect(unreachable.stderr).toMatch(/^token-broker: unreachable: .*\n$/)
  bench.respond(404, {})
  expect((await bench.credentials()).stderr).toMatch(
    /^token-broker: unexpected_response: HTTP 404 .*--endpoint.\n$/,
  )
})

it('writes the token to no cache file, no file name and no output', async () => {
  const fromStdin = ['credential-process', '--endpoint', bench.url, '--token-file', '-']
  const outputs = [await bench.credentials(), await bench.run(fromStdin, { input: TOKEN })]
  bench.respond(401, { code: 'invalid_token', requestId: 'r' })
  outputs.push(await bench.credentials('--grant', 'x'))
  await writeFile(join(bench.home, 'two.jwt'), `${TOKEN} ${TOKEN}`)
  outputs.push(await bench.credentials('--token-file', join(bench.home, 'two.jwt')))
  const names = await bench.cacheFiles()
  const contents = await Promise.all(
    names.map((name) => readFile(join(bench.cacheFolder, name), 'utf8')),
  )
  expect(names.length).toBeGreaterThan(2)
  const written = [...names, ...contents, ...outputs.map(({ stdout, stderr }) => stdout + stderr)]
  expect(written.join('\n')).not.toContain(TOKEN.slice(0, 20))
})

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'
const ENCRYPTED_JWT = `${JWT}.Y2lwaGVydGV4dA.dGFn`

it.each([
  ['as the value of an option', ['credential-process', '--token-file', JWT]],
  ['as the value of an option, encrypted', ['serve', '--token-file', ENCRYPTED_JWT]],
  ['as the value of an option that does not exist', ['credential-process', `--tokn=${JWT}`]],
  ['as an operand', ['validate', JWT]],
  ['as a surplus operand', ['explain', JWT]],
  ['as a command', [JWT]],
  ['as the command of exec', ['exec', ...bench.options, '--', JWT]],
])('does not repeat a token that was written %s', async (_where, args) => {
  const { code, stdout, stderr } = await bench.run(args)
  expect(code).toBeGreaterThan(0)
  expect(stderr).toMatch(/^token-broker: .{20,}\n$/)
  expect(stdout + stderr).not.toContain(JWT.slice(0, 30))
})

it('does not repeat a token from a variable, a profile or a response', async () => {
  const folder = join(bench.home, '.config', 'token-broker')
  await mkdir(folder, { recursive: true })
  const profiles = { work: { endpoint: bench.url, tokenCommand: JWT } }
  await writeFile(join(folder, 'profiles.json'), JSON.stringify(profiles))
  bench.respond(400, { code: 'invalid_request', detail: `${JWT} is invalid` })
  const runs = [
    await bench.run(['credential-process'], { env: { TOKEN_BROKER_PROFILE: JWT } }),
    await bench.run(['credential-process', '--profile', 'work']),
    await bench.credentials(),
  ]
  expect(runs.map(({ code }) => code)).toEqual([1, 3, 3])
  for (const { stderr } of runs) {
    expect(stderr).toMatch(/^token-broker: .{20,}\n$/)
    expect(stderr).not.toContain(JWT.slice(0, 30))
  }
})
