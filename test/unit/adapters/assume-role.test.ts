/** The STS adapter against a server that answers as AWS and Ceph do: codes, attempts, time, and what goes over the wire. */
import type http from 'node:http'
import type { Socket } from 'node:net'
import type { AssumeRoleInput, WebIdentityToken } from '@token-broker/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSts } from '../../../packages/functions/src/adapters/sts/assume-role.ts'
import { refusalOf, startServer, type TestServer } from './test-server.ts'

const ISSUED = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/app/alice</Arn><AssumedRoleId>AROA:alice</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIATEST</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials><PackedPolicySize>12</PackedPolicySize>
</AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`
const TOKEN = `eyJhbGciOiJub25lIn0.${'eyJzdWIiOiJhIn0'.repeat(3)}.c2ln`

const awsError = (code: string, message = 'in their words') =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`

const ceph = (code: string, message: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>tx</RequestId></Error>`

let server: TestServer
let answer: (response: http.ServerResponse, attempt: number) => unknown
let received: { headers: http.IncomingHttpHeaders; body: string; socket: unknown }[]

beforeAll(async () => {
  server = await startServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    received.push({ headers: request.headers, body, socket: request.socket })
    answer(response, received.length)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  received = []
  answer = (response) => response.end(ISSUED)
})

const reply = (status: number, body: string) => {
  answer = (response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
}
const assume = (signal = new AbortController().signal, endpoint = server.url) =>
  createSts({ region: 'eu-west-1', endpoint }).assumeRoleWithWebIdentity(INPUT, signal)
const INPUT: AssumeRoleInput = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  roleSessionName: 'alice',
  webIdentityToken: TOKEN as WebIdentityToken,
  durationSeconds: 3600,
  sessionPolicyJson: '{"Version":"2012-10-17","Statement":[]}',
  managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
}

describe('a call', () => {
  test('sends what it was given, unsigned, and reads the answer', async () => {
    expect(await assume()).toEqual({
      accessKeyId: 'ASIATEST',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: new Date('2030-01-01T00:00:00Z'),
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
      assumedRoleId: 'AROA:alice',
      packedPolicySize: 12,
    })
    const [request] = received
    expect(request?.headers.authorization).toBeUndefined()
    expect(request?.headers['x-amz-security-token']).toBeUndefined()
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: INPUT.roleArn,
      RoleSessionName: 'alice',
      WebIdentityToken: TOKEN,
      DurationSeconds: '3600',
      Policy: INPUT.sessionPolicyJson,
      'PolicyArns.member.1.arn': INPUT.managedPolicyArns[0],
    })
  })

  test('ignores the environment', async () => {
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
      AWS_CONFIG_FILE: '/nonexistent/config',
      AWS_MAX_ATTEMPTS: '9',
      AWS_ACCESS_KEY_ID: 'AKIACANARY',
      AWS_SECRET_ACCESS_KEY: 'canary',
    })
    try {
      await assume()
      expect(JSON.stringify(received[0]?.headers)).not.toContain('CANARY')
    } finally {
      process.env = before
    }
  })

  test('goes over one connection, one after another', async () => {
    const sts = createSts({ region: 'eu-west-1', endpoint: server.url })
    const { signal } = new AbortController()
    for (let call = 0; call < 5; call++) await sts.assumeRoleWithWebIdentity(INPUT, signal)
    expect(new Set(received.map(({ socket }) => socket)).size).toBe(1)
  })

  test('succeeds at the third attempt', async () => {
    answer = (response, attempt) =>
      attempt < 3 ? response.writeHead(503).end() : response.end(ISSUED)
    expect((await assume()).accessKeyId).toBe('ASIATEST')
    expect(received).toHaveLength(3)
  })
})

describe('errors', () => {
  test.each([
    ['ExpiredTokenException', 400, 'sts_rejected', 1],
    ['IDPRejectedClaim', 403, 'sts_rejected', 1],
    ['InvalidIdentityToken', 400, 'sts_rejected', 1],
    ['AccessDenied', 403, 'sts_rejected', 1],
    ['RegionDisabledException', 403, 'sts_rejected', 1],
    ['MalformedPolicyDocument', 400, 'sts_rejected', 1],
    ['ValidationError', 400, 'sts_rejected', 1],
    ['SomethingNew', 400, 'sts_rejected', 1],
    ['PackedPolicyTooLarge', 400, 'policy_too_large', 1],
    ['PackedPolicyTooLargeException', 400, 'policy_too_large', 1],
    ['Throttling', 400, 'throttled', 3],
    ['ThrottlingException', 400, 'throttled', 3],
    ['RequestLimitExceeded', 503, 'throttled', 3],
    ['TooManyRequests', 429, 'throttled', 3],
    ['IDPCommunicationError', 400, 'upstream_unavailable', 3],
    ['ServiceUnavailable', 503, 'upstream_unavailable', 3],
    ['InternalFailure', 500, 'upstream_unavailable', 3],
  ])('%s (%i) is %s after %i attempts', async (code, status, ours, attempts) => {
    reply(status, awsError(code))
    const refusal = await refusalOf(assume())
    expect(refusal.code).toBe(ours)
    expect(refusal.message).toMatch(new RegExp(`^STS: ${code}\\w*: in their words$`))
    expect(refusal.retryAfterSeconds).toBe(
      ours === 'throttled' || ours === 'upstream_unavailable' ? 1 : undefined,
    )
    expect(received).toHaveLength(attempts)
  })

  test.each([
    ['AccessDenied', 403, 'sts_rejected'],
    ['MalformedPolicyDocument', 400, 'sts_rejected'],
    ['InvalidArgument', 400, 'sts_rejected'],
    ['NoSuchEntity', 404, 'sts_rejected'],
    ['PackedPolicyTooLarge', 400, 'policy_too_large'],
    ['SlowDown', 503, 'throttled'],
    ['ServiceUnavailable', 503, 'upstream_unavailable'],
  ])("Ceph's bare %s (%i) is %s", async (code, status, ours) => {
    reply(status, ceph(code, 'in their words'))
    const refusal = await refusalOf(assume())
    expect(refusal.code).toBe(ours)
    expect(refusal.message).toMatch(new RegExp(`^STS: ${code}\\w*: in their words$`))
  })

  test("Ceph's error without words", async () => {
    reply(403, ceph('AccessDenied', ''))
    expect((await refusalOf(assume())).message).toBe('STS: AccessDenied: UnknownError')
  })

  test.each([
    ['an empty 403', 403, '', 'sts_rejected'],
    ['an HTML 502', 502, '<html><body>Bad gateway</body></html>', 'upstream_unavailable'],
    ['garbage as success', 200, '<<<&&& not xml', 'upstream_unavailable'],
    ['an empty success', 200, '', 'upstream_unavailable'],
    ['JSON as success', 200, '{}', 'upstream_unavailable'],
    [
      'a success without session token',
      200,
      ISSUED.replace(/<SessionToken>.*<\/SessionToken>/, ''),
      'upstream_unavailable',
    ],
    [
      'a success without a readable expiration',
      200,
      ISSUED.replace('2030-01-01T00:00:00Z', 'soon'),
      'upstream_unavailable',
    ],
  ])('%s', async (_, status, body, ours) => {
    reply(status, body)
    expect((await refusalOf(assume())).code).toBe(ours)
  })

  test('a success that cannot be read is not quoted', async () => {
    reply(200, ISSUED.replace('2030-01-01T00:00:00Z', 'CANARY'))
    expect((await refusalOf(assume())).message).toBe(
      'STS: Unreadable: the response could not be parsed',
    )
  })

  test('words are cut to 300 characters, and tokens are never among them', async () => {
    reply(400, awsError('InvalidIdentityToken', `Bad ${TOKEN} here ${'x'.repeat(400)} ${TOKEN}`))
    const { message } = await refusalOf(assume())
    expect(message).toContain('Bad [token] here')
    expect(message).not.toContain('eyJ')
    expect(message.length).toBeLessThanOrEqual(305)
  })
})

describe('time', () => {
  test('no listener, and a connection that breaks', async () => {
    expect((await refusalOf(assume(undefined, 'http://127.0.0.1:1'))).code).toBe(
      'upstream_unavailable',
    )
    answer = (response) => response.socket?.destroy()
    expect((await refusalOf(assume())).code).toBe('upstream_unavailable')
    expect(received).toHaveLength(3)
  })

  test.each(['no answer', 'half an answer'])('%s ends after 5 s', async (kind) => {
    answer = (response) =>
      kind === 'half an answer' && response.writeHead(200).write(ISSUED.slice(0, 100))
    const start = performance.now()
    expect((await refusalOf(assume())).code).toBe('upstream_unavailable')
    expect(performance.now() - start).toBeLessThan(6_000)
  })

  test("the caller's deadline ends it at once, and no attempt follows", async () => {
    answer = () => {}
    const start = performance.now()
    expect((await refusalOf(assume(AbortSignal.timeout(50)))).code).toBe('upstream_unavailable')
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(received).toHaveLength(1)
    expect((await refusalOf(assume(AbortSignal.abort()))).code).toBe('upstream_unavailable')
  })
})

describe('where the connections that were left open are dead', () => {
  const open = async (sts: ReturnType<typeof createSts>, dead: (socket: Socket) => void) => {
    const known = new Set<unknown>()
    const waiting: http.ServerResponse[] = []
    answer = (response) => {
      waiting.push(response)
      known.add(response.socket)
      if (waiting.length === 4) for (const one of waiting) one.end(ISSUED)
    }
    const signal = new AbortController().signal
    await Promise.all([1, 2, 3, 4].map(() => sts.assumeRoleWithWebIdentity(INPUT, signal)))
    expect(known.size).toBe(4)
    received = []
    answer = (response) =>
      known.has(response.socket) ? response.socket && dead(response.socket) : response.end(ISSUED)
    return sts.assumeRoleWithWebIdentity(INPUT, signal)
  }
  const sts = () => createSts({ region: 'eu-west-1', endpoint: server.url })

  test('and say so, the second attempt has one of its own', async () => {
    expect((await open(sts(), (socket) => void socket.resetAndDestroy())).accessKeyId).toBe(
      'ASIATEST',
    )
    expect(received).toHaveLength(2)
  })

  test('and say nothing, there is time for another attempt', async () => {
    expect((await open(sts(), () => undefined)).accessKeyId).toBe('ASIATEST')
    expect(received).toHaveLength(2)
  })
})
