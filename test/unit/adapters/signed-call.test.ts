/** Signed calls against a server that checks each signature itself. */
import { describe, expect, it } from 'vitest'
import { readSdkError } from '../../../packages/functions/src/adapters/sdk-error.ts'
import { createKmsCalls } from '../../../packages/functions/src/adapters/signers/kms-calls.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { signatureError } from '../../fixtures/signature-v4.ts'
import { NO_DEADLINE } from './calls.ts'

const kms = useScriptedServer((response) => response.end('{"KeyId":"one","PublicKey":"AQID"}'))

describe('a request', () => {
  it('is one signed JSON document, and its response is read by the schema', async () => {
    expect(await getPublicKey('alias/ü')).toMatchObject({
      KeyId: 'one',
      PublicKey: new Uint8Array([1, 2, 3]),
    })
    expect(kms.received).toHaveLength(1)
    const [request] = kms.received
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.GetPublicKey',
    })
    expect(JSON.parse(request?.body ?? '')).toEqual({ KeyId: 'alias/ü' })
    expect(request && signatureError(request, SIGNATORY, Date.now())).toBeUndefined()
  })

  it('is signed with the given credentials and clock, also without a session token', async () => {
    const past = Date.UTC(2026, 0, 2, 3, 4, 5)
    const { sessionToken: _, ...longLived } = CREDENTIALS
    await getPublicKey('one', { now: () => past })
    await getPublicKey('one', { credentials: longLived })
    const [first, second] = kms.received
    if (!first || !second) throw new Error('no request')
    expect(first.headers['x-amz-date']).toBe('20260102T030405Z')
    expect(signatureError(first, SIGNATORY, past)).toBeUndefined()
    expect(signatureError(first, SIGNATORY, Date.now())).toBe('InvalidSignatureException')
    const changed = { ...first, body: '{"KeyId":"two"}' }
    expect(signatureError(changed, SIGNATORY, past)).toBe('InvalidSignatureException')
    const another = { ...SIGNATORY, secretAccessKey: 'another' }
    expect(signatureError(first, another, past)).toBe('InvalidSignatureException')
    const { sessionToken: __, ...withoutToken } = SIGNATORY
    expect(signatureError(second, withoutToken, Date.now())).toBeUndefined()
  })

  it('is signed again for each attempt', async () => {
    kms.respond = (response, attempt) =>
      attempt === 1
        ? response.writeHead(400).end('{"__type":"ThrottlingException"}')
        : response.end('{"KeyId":"one"}')
    let seconds = 0
    const now = () => Date.UTC(2026, 0, 1) + 1_000 * seconds++
    expect(await getPublicKey('one', { now })).toMatchObject({ KeyId: 'one' })
    expect(kms.received.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20260101T000000Z',
      '20260101T000001Z',
    ])
    const start = Date.UTC(2026, 0, 1)
    expect(kms.received.map((request) => signatureError(request, SIGNATORY, start))).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('errors', () => {
  it.each([
    {
      title: 'does not repeat a refusal',
      status: 400,
      body: '{"__type":"com.amazonaws.kms#DisabledException","message":"off"}',
      code: 'DisabledException',
      attempts: 1,
    },
    {
      title: 'does not repeat a refusal without a schema',
      status: 400,
      body: '{"__type":"AccessDeniedException","Message":"no"}',
      code: 'AccessDeniedException',
      attempts: 1,
    },
    {
      title: 'makes three attempts with a 5xx status',
      status: 503,
      body: '{"__type":"KMSInternalException"}',
      code: 'KMSInternalException',
      attempts: 3,
    },
    {
      title: 'does not quote a success that cannot be parsed',
      status: 200,
      body: '<CANARY',
      code: 'Unreadable',
      attempts: 1,
    },
  ])('$title', async ({ status, body, code, attempts }) => {
    kms.respond = (response) => response.writeHead(status).end(body)
    const error = await errorOf(getPublicKey('one'))
    expect(error).toMatchObject({ code, status })
    expect(error.text).not.toContain('CANARY')
    expect(kms.received).toHaveLength(attempts)
  })

  it("reports its own timeout and the caller's deadline", async () => {
    kms.respond = () => {}
    expect(await errorOf(getPublicKey('one', { timeoutMs: 50 }))).toMatchObject({
      code: 'TimeoutError',
    })
    const deadline = new AbortController()
    const call = getPublicKey('one', {}, deadline.signal)
    deadline.abort(new DOMException('The deadline is near.', 'AbortError'))
    expect(await errorOf(call)).toMatchObject({ code: 'AbortError', status: undefined })
  })

  it('contains no session token where AWS quotes the canonical request', async () => {
    kms.respond = (response) => {
      const quoted = Object.entries(kms.received.at(-1)?.headers ?? {}).map(
        ([name, value]) => `${name}:${value}`,
      )
      const message = `The Canonical String for this request should have been\n${quoted.join('\n')}`
      response.writeHead(403).end(JSON.stringify({ __type: 'InvalidSignatureException', message }))
    }
    const { code, text } = await errorOf(getPublicKey('one'))
    expect(code).toBe('InvalidSignatureException')
    expect(text).toContain('The Canonical String')
    expect(text).not.toMatch(/CANARY|IQoJ/)
  })
})

const CREDENTIALS = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/Access+Key',
  sessionToken: `IQoJb3JpZ2luX2Vj${'CANARY+/='.repeat(40)}`,
}
const SIGNATORY = { ...CREDENTIALS, region: 'eu-west-1', service: 'kms' }

function getPublicKey(
  KeyId: string,
  options: Partial<Parameters<typeof createKmsCalls>[0]> = {},
  signal = NO_DEADLINE,
) {
  const access = { region: 'eu-west-1', endpoint: kms.url, credentials: CREDENTIALS }
  const calls = createKmsCalls({ ...access, now: Date.now, ...options })
  return calls.getPublicKey({ KeyId }, signal)
}

async function errorOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  )
  return readSdkError(error)
}
