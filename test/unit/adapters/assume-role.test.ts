/** The STS adapter against a server that responds as AWS and Ceph do. */
import type http from 'node:http'
import type { Socket } from 'node:net'
import type { AssumeRoleInput, WebIdentityToken } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { createSts } from '../../../packages/functions/src/adapters/sts/assume-role.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { NO_DEADLINE, refusalOf } from './calls.ts'
import { awsError, cephError, ISSUED } from './sts-responses.ts'

const sts = useScriptedServer((response) => response.end(ISSUED))

describe('a call', () => {
  it('sends its input unsigned and returns what STS issued', async () => {
    expect(await assume()).toEqual({
      accessKeyId: 'ASIATEST',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: new Date('2030-01-01T00:00:00Z'),
      assumedRoleArn: 'arn:aws:sts::111122223333:assumed-role/app/alice',
      assumedRoleId: 'AROA:alice',
      sessionTokenUtilization: 12,
      sessionTokenSize: 1187,
    })
    const [request] = sts.received
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

  it.each([
    {
      what: 'only the deprecated field (Ceph, MinIO)',
      fields: { PackedPolicySize: '7' },
      utilization: 7,
      size: undefined,
    },
    {
      what: 'only the new fields',
      fields: { SessionTokenUtilization: '9', SessionTokenSize: '800' },
      utilization: 9,
      size: 800,
    },
    {
      what: 'fields that disagree',
      fields: { PackedPolicySize: '7', SessionTokenUtilization: '9' },
      utilization: 9,
      size: undefined,
    },
    { what: 'zero', fields: { PackedPolicySize: '0' }, utilization: 0, size: undefined },
    { what: 'none of the fields', fields: {}, utilization: undefined, size: undefined },
    {
      what: 'no numbers',
      fields: { PackedPolicySize: '3', SessionTokenUtilization: 'x', SessionTokenSize: '-1' },
      utilization: 3,
      size: undefined,
    },
    {
      what: 'numbers without end',
      fields: { SessionTokenUtilization: 'Infinity', SessionTokenSize: '1e999' },
      utilization: undefined,
      size: undefined,
    },
  ])('reads the size of the session token from $what', async ({ fields, utilization, size }) => {
    const members = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
    const sizes = /<PackedPolicySize>[\s\S]*<\/SessionTokenSize>/
    sts.respond = (response) => response.end(ISSUED.replace(sizes, members.join('')))
    expect(await assume()).toMatchObject({
      accessKeyId: 'ASIATEST',
      sessionTokenUtilization: utilization,
      sessionTokenSize: size,
    })
  })

  it('ignores the environment', async () => {
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
      expect(JSON.stringify(sts.received[0]?.headers)).not.toContain('CANARY')
    } finally {
      process.env = before
    }
  })

  it('reuses the connection of the call before', async () => {
    const { assumeRoleWithWebIdentity } = newSts()
    for (let call = 0; call < 5; call++) await assumeRoleWithWebIdentity(INPUT, NO_DEADLINE)
    expect(new Set(sts.received.map(({ socket }) => socket)).size).toBe(1)
  })

  it('succeeds at the third attempt', async () => {
    sts.respond = (response, attempt) =>
      attempt < 3 ? response.writeHead(503).end() : response.end(ISSUED)
    expect((await assume()).accessKeyId).toBe('ASIATEST')
    expect(sts.received).toHaveLength(3)
  })
})

describe('errors', () => {
  it.each([
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
  ])('maps %s (%i) to %s after %i attempts', async (name, status, code, attempts) => {
    respondWith(status, awsError(name, 'in their words'))
    const refusal = await refusalOf(assume())
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(new RegExp(`^STS: ${name}\\w*: in their words$`))
    expect(refusal.retryAfterSeconds).toBe(
      code === 'throttled' || code === 'upstream_unavailable' ? 1 : undefined,
    )
    expect(sts.received).toHaveLength(attempts)
  })

  it.each([
    ['AccessDenied', 403, 'sts_rejected'],
    ['MalformedPolicyDocument', 400, 'sts_rejected'],
    ['InvalidArgument', 400, 'sts_rejected'],
    ['NoSuchEntity', 404, 'sts_rejected'],
    ['PackedPolicyTooLarge', 400, 'policy_too_large'],
    ['SlowDown', 503, 'throttled'],
    ['ServiceUnavailable', 503, 'upstream_unavailable'],
  ])("maps Ceph's bare %s (%i) to %s", async (name, status, code) => {
    respondWith(status, cephError(name, 'in their words'))
    const refusal = await refusalOf(assume())
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(new RegExp(`^STS: ${name}\\w*: in their words$`))
  })

  it("names the code of Ceph's error without a message", async () => {
    respondWith(403, cephError('AccessDenied', ''))
    expect((await refusalOf(assume())).message).toBe('STS: AccessDenied: UnknownError')
  })

  it.each([
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
  ])('refuses %s', async (_, status, body, code) => {
    respondWith(status, body)
    expect((await refusalOf(assume())).code).toBe(code)
  })

  it('does not quote a success that cannot be parsed', async () => {
    respondWith(200, ISSUED.replace('2030-01-01T00:00:00Z', 'CANARY'))
    expect((await refusalOf(assume())).message).toBe(
      'STS: Unreadable: the response could not be parsed',
    )
  })

  it('cuts messages to 300 characters and removes tokens', async () => {
    const message = `Bad ${TOKEN} here ${'x'.repeat(400)} ${TOKEN}`
    respondWith(400, awsError('InvalidIdentityToken', message))
    const refusal = await refusalOf(assume())
    expect(refusal.message).toContain('Bad [token] here')
    expect(refusal.message).not.toContain('eyJ')
    expect(refusal.message.length).toBeLessThanOrEqual(305)
  })
})

describe('time', () => {
  it('refuses if nothing listens, and if the connection breaks', async () => {
    expect((await refusalOf(assume(undefined, 'http://127.0.0.1:1'))).code).toBe(
      'upstream_unavailable',
    )
    sts.respond = (response) => response.socket?.destroy()
    expect((await refusalOf(assume())).code).toBe('upstream_unavailable')
    expect(sts.received).toHaveLength(3)
  })

  it.each(['no response', 'half a response'])('gives up after 5 s with %s', async (kind) => {
    sts.respond = (response) =>
      kind === 'half a response' && response.writeHead(200).write(ISSUED.slice(0, 100))
    const start = performance.now()
    expect((await refusalOf(assume())).code).toBe('upstream_unavailable')
    expect(performance.now() - start).toBeLessThan(6_000)
  })

  it("ends at the caller's deadline, and makes no further attempt", async () => {
    // It comes when the request has arrived, however slow the machine is.
    const deadline = new AbortController()
    let ended = 0
    sts.respond = () => {
      ended = performance.now()
      deadline.abort(new DOMException('The time is over.', 'TimeoutError'))
    }
    expect((await refusalOf(assume(deadline.signal))).code).toBe('upstream_unavailable')
    expect(performance.now() - ended).toBeLessThan(1_000)
    expect(sts.received).toHaveLength(1)
    expect((await refusalOf(assume(AbortSignal.abort()))).code).toBe('upstream_unavailable')
  })
})

describe('after all open connections have died', () => {
  it('opens a connection for the second attempt if the first reports the failure', async () => {
    const assumed = await assumeOverDeadConnections((socket) => void socket.resetAndDestroy())
    expect(assumed.accessKeyId).toBe('ASIATEST')
    expect(sts.received).toHaveLength(2)
  })

  it('has time for a second attempt if the first gets no response', async () => {
    const assumed = await assumeOverDeadConnections(() => undefined)
    expect(assumed.accessKeyId).toBe('ASIATEST')
    expect(sts.received).toHaveLength(2)
  })
})

const TOKEN = `eyJhbGciOiJub25lIn0.${'eyJzdWIiOiJhIn0'.repeat(3)}.c2ln`
const INPUT: AssumeRoleInput = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  roleSessionName: 'alice',
  webIdentityToken: TOKEN as WebIdentityToken,
  durationSeconds: 3600,
  sessionPolicyJson: '{"Version":"2012-10-17","Statement":[]}',
  managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
}

function newSts(endpoint = sts.url) {
  return createSts({ region: 'eu-west-1', endpoint })
}

function assume(signal = NO_DEADLINE, endpoint = sts.url) {
  return newSts(endpoint).assumeRoleWithWebIdentity(INPUT, signal)
}

function respondWith(status: number, body: string) {
  sts.respond = (response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
}

/** Opens four connections, lets the server treat them as dead, and then makes one call. */
async function assumeOverDeadConnections(onRequest: (socket: Socket) => void) {
  const { assumeRoleWithWebIdentity } = newSts()
  const call = () => assumeRoleWithWebIdentity(INPUT, NO_DEADLINE)
  const known = new Set<unknown>()
  const waiting: http.ServerResponse[] = []
  sts.respond = (response) => {
    waiting.push(response)
    known.add(response.socket)
    if (waiting.length === 4) for (const one of waiting) one.end(ISSUED)
  }
  await Promise.all([call(), call(), call(), call()])
  expect(known.size).toBe(4)
  sts.received.length = 0
  sts.respond = (response) =>
    known.has(response.socket)
      ? response.socket && onRequest(response.socket)
      : response.end(ISSUED)
  return call()
}
