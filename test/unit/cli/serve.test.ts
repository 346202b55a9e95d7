/** `token-broker serve`: which requests its endpoint accepts, and what it returns in an outage. */
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fromHttp } from '@aws-sdk/credential-provider-http'
import { afterEach, expect, it } from 'vitest'
import { startSessionBench } from './session-bench.ts'

const bench = await startSessionBench()
afterEach(() => served?.end('SIGKILL'))

it('serves requests with the bearer token, and an unmodified SDK', async () => {
  const { uri, bearer, end } = await serve()
  expect(Buffer.from(bearer, 'base64url')).toHaveLength(32)
  expect(uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/credentials$/)
  const response = await send(uri, { authorization: bearer })
  expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
  expect(response.headers).not.toHaveProperty('access-control-allow-origin')
  expect(response.json).toEqual({
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
  await expect(send(uri, { authorization: bearer })).rejects.toThrow('ECONNREFUSED')
})

it('refuses all other requests, in both spellings', async () => {
  const { uri, bearer, end } = await serve()
  const wrong = await send(uri, { authorization: `${bearer.slice(1)}A` })
  const unauthorized = { code: 'Unauthorized', Code: 'Unauthorized' }
  expect(wrong).toMatchObject({ status: 401, json: unauthorized })
  expect(wrong.json).toMatchObject({ message: expect.any(String), Message: expect.any(String) })
  expect(await send(uri, {})).toMatchObject({ status: 401 })
  for (const host of ['evil.example', '127.0.0.1:1'])
    expect(await send(uri, { authorization: bearer, host })).toMatchObject({ status: 421 })
  expect(await send(uri, { authorization: bearer }, 'POST')).toMatchObject({
    status: 405,
    headers: { allow: 'GET' },
  })
  expect(await send(uri, { authorization: bearer }, 'OPTIONS')).toMatchObject({ status: 405 })
  const otherPath = uri.replace('/credentials', '/')
  expect(await send(otherPath, { authorization: bearer })).toMatchObject({ status: 404 })
  expect(await end('SIGINT')).toBe(0)
})

it('refreshes before the credentials expire, and serves them from memory', async () => {
  bench.issue(6)
  const { uri, bearer } = await serve('--no-cache')
  bench.issue(3600)
  // They are refreshed when half of their lifetime is over.
  await sleep(1000)
  expect(bench.requests).toHaveLength(1)
  await expect.poll(() => bench.requests.length, { timeout: 10_000 }).toBe(2)
  await sleep(300)
  bench.respond(503, { code: 'upstream_unavailable', requestId: 'request-4' })
  expect(await send(uri, { authorization: bearer })).toMatchObject({
    status: 200,
    json: { AccessKeyId: 'ASIA2' },
  })
  expect(bench.requests).toHaveLength(2)
})

it('requests new credentials at once where less than a minute is left', async () => {
  bench.issue(30)
  const { uri, bearer } = await serve('--no-cache')
  bench.issue(3600)
  expect(await send(uri, { authorization: bearer })).toMatchObject({
    status: 200,
    json: { AccessKeyId: 'ASIA2' },
  })
})

it('returns the refusal where no credentials are usable, and does not start on one', async () => {
  bench.issue(30)
  const { uri, bearer } = await serve('--no-cache')
  bench.respond(403, { code: 'access_denied', requestId: 'request-5' })
  const denied = {
    code: 'access_denied',
    Code: 'access_denied',
    Message: expect.stringContaining('request-5'),
  }
  expect(await send(uri, { authorization: bearer })).toMatchObject({ status: 403, json: denied })
  bench.respond(403, { code: 'access_denied', requestId: 'request-8' })
  const run = await bench.run(['serve', ...bench.options, '--no-cache'])
  expect(run).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('request-8') })
})

it('makes one request for the four attempts of a refused SDK, and another after 5 s', async () => {
  bench.issue(30)
  const { uri, bearer } = await serve('--no-cache')
  bench.respond(403, { code: 'access_denied', requestId: 'request-6' })
  for (const _attempt of [1, 2, 3, 4]) {
    const response = await send(uri, { authorization: bearer })
    const Message = expect.stringContaining('request-6')
    expect(response).toMatchObject({ status: 403, json: { Message } })
  }
  expect(bench.requests).toHaveLength(2)
  bench.issue(3600)
  await expect
    .poll(async () => (await send(uri, { authorization: bearer })).status, { timeout: 15_000 })
    .toBe(200)
})

it('makes a request each time while the broker is only unavailable', async () => {
  bench.issue(30)
  const { uri, bearer } = await serve('--no-cache')
  bench.respond(503, { code: 'upstream_unavailable', requestId: 'request-7' })
  expect(await send(uri, { authorization: bearer })).toMatchObject({ status: 503 })
  bench.issue(3600)
  expect(await send(uri, { authorization: bearer })).toMatchObject({ status: 200 })
})

it('reports a port in use in one line', async () => {
  const { port } = new URL((await serve()).uri)
  const run = await bench.run(['serve', '--port', port, ...bench.options])
  expect(run).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^token-broker: --port \d+: cannot listen \(EADDRINUSE\).*\n$/),
  })
})

interface Served {
  readonly uri: string
  readonly bearer: string
  end(signal: NodeJS.Signals): Promise<number | null>
}

let served: Served | undefined

async function serve(...args: string[]): Promise<Served> {
  const child = bench.start(['serve', ...bench.options, ...args])
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

interface EndpointResponse {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly json: unknown
}

function send(uri: string, headers: Record<string, string>, method = 'GET') {
  return new Promise<EndpointResponse>((resolve, reject) => {
    request(uri, { method, headers, agent: false }, async (response) => {
      const json: unknown = JSON.parse(await text(response))
      resolve({ status: response.statusCode, headers: response.headers, json })
    })
      .on('error', reject)
      .end()
  })
}
