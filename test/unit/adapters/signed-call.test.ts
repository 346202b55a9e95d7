/** Signed calls against a server that checks each signature for itself: what goes over the wire, attempts, time, errors. */
import type http from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readSdkError } from '../../../packages/functions/src/adapters/sdk-error.ts'
import { createKmsCalls } from '../../../packages/functions/src/adapters/signers/kms-calls.ts'
import { signatureError } from '../../fixtures/signature-v4.ts'
import { startServer, type TestServer } from './test-server.ts'

const CREDENTIALS = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/Access+Key',
  sessionToken: `IQoJb3JpZ2luX2Vj${'CANARY+/='.repeat(40)}`,
}
const BY = { ...CREDENTIALS, region: 'eu-west-1', service: 'kms' }

let server: TestServer
let answer: (response: http.ServerResponse, attempt: number) => unknown
let received: { method: string; path: string; headers: http.IncomingHttpHeaders; body: string }[]

beforeAll(async () => {
  server = await startServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
    })
    answer(response, received.length)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  received = []
  answer = (response) => response.end('{"KeyId":"one","PublicKey":"AQID"}')
})

function getPublicKey(options: Partial<Parameters<typeof createKmsCalls>[0]> = {}) {
  const defaults = {
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: CREDENTIALS,
    now: Date.now,
  }
  return createKmsCalls({ ...defaults, ...options }).getPublicKey
}
const never = new AbortController().signal
const errorOf = async (promise: Promise<unknown>) =>
  readSdkError(
    await promise.then(
      () => expect.unreachable(),
      (error: unknown) => error,
    ),
  )

test('sends one signed JSON request and reads the answer by its schema', async () => {
  expect(await getPublicKey()({ KeyId: 'alias/ü' }, never)).toMatchObject({
    KeyId: 'one',
    PublicKey: new Uint8Array([1, 2, 3]),
  })
  expect(received).toHaveLength(1)
  const [request] = received
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'TrentService.GetPublicKey',
  })
  expect(JSON.parse(request?.body ?? '')).toEqual({ KeyId: 'alias/ü' })
  expect(request && signatureError(request, BY, Date.now())).toBeUndefined()
})

test('signs with the credentials, the clock and the service that it was given, and without a session token too', async () => {
  const past = Date.UTC(2026, 0, 2, 3, 4, 5)
  const { sessionToken: _, ...longLived } = CREDENTIALS
  await getPublicKey({ now: () => past })({ KeyId: 'one' }, never)
  await getPublicKey({ credentials: longLived })({ KeyId: 'one' }, never)
  const [first, second] = received
  if (!first || !second) throw new Error('no request')
  expect(first.headers['x-amz-date']).toBe('20260102T030405Z')
  expect(signatureError(first, BY, past)).toBeUndefined()
  expect(signatureError(first, BY, Date.now())).toBe('InvalidSignatureException')
  expect(signatureError({ ...first, body: '{"KeyId":"two"}' }, BY, past)).toBe(
    'InvalidSignatureException',
  )
  expect(signatureError(first, { ...BY, secretAccessKey: 'another' }, past)).toBe(
    'InvalidSignatureException',
  )
  const { sessionToken: __, ...by } = BY
  expect(signatureError(second, by, Date.now())).toBeUndefined()
})

test('repeats a throttled call with a signature of its own', async () => {
  answer = (response, attempt) =>
    attempt === 1
      ? response.writeHead(400).end('{"__type":"ThrottlingException"}')
      : response.end('{"KeyId":"one"}')
  let seconds = 0
  const now = () => Date.UTC(2026, 0, 1) + 1_000 * seconds++
  expect(await getPublicKey({ now })({ KeyId: 'one' }, never)).toMatchObject({ KeyId: 'one' })
  expect(received.map(({ headers }) => headers['x-amz-date'])).toEqual([
    '20260101T000000Z',
    '20260101T000001Z',
  ])
  expect(received.map((request) => signatureError(request, BY, Date.UTC(2026, 0, 1)))).toEqual([
    undefined,
    undefined,
  ])
})

test.each([
  [
    'a refusal is final',
    400,
    '{"__type":"com.amazonaws.kms#DisabledException","message":"off"}',
    'DisabledException',
    1,
  ],
  [
    'a refusal without a schema too',
    400,
    '{"__type":"AccessDeniedException","Message":"no"}',
    'AccessDeniedException',
    1,
  ],
  [
    'a 5xx is asked three times',
    503,
    '{"__type":"KMSInternalException"}',
    'KMSInternalException',
    3,
  ],
  ['garbage under 200 is not quoted', 200, '<CANARY', 'Unreadable', 1],
])('%s', async (_, status, body, code, attempts) => {
  answer = (response) => response.writeHead(status).end(body)
  const error = await errorOf(getPublicKey()({ KeyId: 'one' }, never))
  expect(error).toMatchObject({ code, status })
  expect(error.text).not.toContain('CANARY')
  expect(received).toHaveLength(attempts)
})

test('ends when its time is up and when the caller’s deadline nears', async () => {
  answer = () => {}
  expect(await errorOf(getPublicKey({ timeoutMs: 50 })({ KeyId: 'one' }, never))).toMatchObject({
    code: 'TimeoutError',
  })
  const deadline = new AbortController()
  const call = getPublicKey()({ KeyId: 'one' }, deadline.signal)
  deadline.abort(new DOMException('The deadline nears.', 'AbortError'))
  expect(await errorOf(call)).toMatchObject({ code: 'AbortError', status: undefined })
})

test('tells no session token where AWS quotes the canonical request', async () => {
  answer = (response) => {
    const quoted = Object.entries(received.at(-1)?.headers ?? {}).map(
      ([name, value]) => `${name}:${value}`,
    )
    const message = `The Canonical String for this request should have been\n${quoted.join('\n')}`
    response.writeHead(403).end(JSON.stringify({ __type: 'InvalidSignatureException', message }))
  }
  const { code, text } = await errorOf(getPublicKey()({ KeyId: 'one' }, never))
  expect(code).toBe('InvalidSignatureException')
  expect(text).toContain('The Canonical String')
  expect(text).not.toMatch(/CANARY|IQoJ/)
})
