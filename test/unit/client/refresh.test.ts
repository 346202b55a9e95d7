/** When the provider refreshes, how it backs off while the broker is down, and refused callers. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { fromTokenBroker } from '../../../packages/client/src/index.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { issueUntil, json, refuse } from './broker-responses.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { rejectionOf } from './rejection-of.ts'

const LIFETIME_SECONDS = 3600
const server = useScriptedServer(refuse('internal'))
let clock: ManualClock
beforeEach(() => {
  clock = manualClock()
  issueCredentials()
})

describe('the refresh', () => {
  it('starts in the background 10 minutes before the expiration; no call waits', async () => {
    const provider = createProvider()
    const first = await provider()
    expect(first.expiration.getTime()).toBe(clock.now() + LIFETIME_SECONDS * 1000)
    clock.advanceSeconds(LIFETIME_SECONDS - 601)
    expect(await keyOf(provider)).toBe('ASIA1')
    expect(server.received).toHaveLength(1)
    clock.advanceSeconds(1)
    expect(await Promise.all([keyOf(provider), keyOf(provider)])).toEqual(['ASIA1', 'ASIA1'])
    await waitForKey(provider, 'ASIA2')
    expect(server.received).toHaveLength(2)
  })

  it('starts at most half the lifetime before the expiration', async () => {
    const provider = createProvider({ refreshAheadSeconds: 86_400 })
    await provider()
    clock.advanceSeconds(LIFETIME_SECONDS / 2 - 1)
    await provider()
    expect(server.received).toHaveLength(1)
    clock.advanceSeconds(1)
    await provider()
    await waitForRequests(2)
  })

  it('makes calls wait once the credentials have expired', async () => {
    const provider = createProvider()
    await provider()
    clock.advanceSeconds(LIFETIME_SECONDS)
    expect(await keyOf(provider)).toBe('ASIA2')
  })

  it('is not affected by a caller that changes the credentials it received', async () => {
    const provider = createProvider()
    const received = await provider()
    received.expiration.setTime(0)
    Object.assign(received, { accessKeyId: 'changed' })
    expect(await keyOf(provider)).toBe('ASIA1')
    expect(server.received).toHaveLength(1)
  })
})

describe('a broker that is down', () => {
  it.each([
    ['without a connection', (response: { destroy(): void }) => void response.destroy()],
    ['responding with 429', refuse('throttled')],
    ['responding with 503', refuse('upstream_unavailable')],
    ['behind a gateway that responds with 502', json(502, { message: 'Bad Gateway' })],
    ['behind a login page with status 200', json(200, 'please log in')],
  ])('%s does not affect callers while credentials are valid', async (_, respond) => {
    const provider = createProvider()
    await provider()
    server.respond = respond
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    for (let attempt = 1; attempt < 10; attempt++) {
      expect(await keyOf(provider)).toBe('ASIA1')
      await waitForAttempt(provider)
      expect(server.received).toHaveLength(1 + attempt)
      clock.advanceSeconds(30)
    }
    issueCredentials('RENEWED')
    expect(await keyOf(provider)).toBe('ASIA1')
    await waitForKey(provider, 'RENEWED1')
  })

  it('receives requests after 1, 2, 4 … up to 30 seconds', async () => {
    const provider = createProvider()
    await provider()
    server.respond = refuse('internal')
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    const passed: number[] = []
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const before = server.received.length
      await provider()
      await waitForRequests(before + 1)
      await waitForAttempt(provider)
      clock.advanceSeconds(seconds - 0.001)
      await provider()
      expect(server.received).toHaveLength(before + 1)
      clock.advanceSeconds(0.001)
      passed.push(seconds)
    }
    expect(passed).toHaveLength(7)
  })

  it('receives no request during Retry-After, at most 300 seconds; calls reject', async () => {
    const provider = createProvider()
    server.respond = refuse('throttled', { retryAfterSeconds: 86_400 })
    expect(await rejectionOf(provider())).toMatchObject({
      code: 'throttled',
      status: 429,
      retryAfterSeconds: 86_400,
    })
    issueCredentials('RENEWED')
    clock.advanceSeconds(299.5)
    expect(await rejectionOf(provider())).toMatchObject({
      code: 'throttled',
      status: 429,
      retryAfterSeconds: 1,
    })
    expect(server.received).toHaveLength(1)
    clock.advanceSeconds(0.5)
    expect(await keyOf(provider)).toBe('RENEWED1')
  })

  it('causes the shortest back-off again after a success', async () => {
    const provider = createProvider()
    for (let round = 0; round < 2; round++) {
      server.respond = refuse('internal')
      await rejectionOf(provider({ forceRefresh: true }))
      clock.advanceSeconds(1)
      issueCredentials('RENEWED')
      expect(await provider({ forceRefresh: true })).toMatchObject({ accessKeyId: 'RENEWED1' })
    }
  })
})

describe('a caller that the broker refuses', () => {
  it.each([
    'invalid_token',
    'issuer_untrusted',
    'token_expired',
    'access_denied',
    'claim_unusable',
  ] as const)('%s in the background: the next call rejects with it', async (code) => {
    const provider = createProvider()
    await provider()
    server.respond = refuse(code)
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    expect(await keyOf(provider)).toBe('ASIA1')
    await vi.waitFor(async () => expect(await rejectionOf(provider())).toMatchObject({ code }))
    issueCredentials()
    expect(await keyOf(provider)).toBe('ASIA1')
  })

  it('gets the error of a forced refresh, and the cached credentials are discarded', async () => {
    const provider = createProvider()
    await provider()
    server.respond = refuse('access_denied')
    expect(await rejectionOf(provider({ forceRefresh: true }))).toMatchObject({
      code: 'access_denied',
    })
    expect(await rejectionOf(provider())).toMatchObject({ code: 'access_denied' })
  })

  it('keeps the credentials if the 403 is a gateway’s, not the broker’s', async () => {
    const provider = createProvider()
    await provider()
    server.respond = json(403, { message: 'Forbidden' })
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    await provider()
    await waitForRequests(2)
    await waitForAttempt(provider)
    expect(await keyOf(provider)).toBe('ASIA1')
  })
})

describe('a clock that is set back', () => {
  it('does not extend a back-off', async () => {
    const provider = createProvider()
    server.respond = refuse('internal')
    await rejectionOf(provider())
    issueCredentials('RENEWED')
    clock.advanceSeconds(-86_400)
    expect(await keyOf(provider)).toBe('RENEWED1')
  })

  it('causes a refresh, because the age of the credentials is unknown', async () => {
    const provider = createProvider()
    await provider()
    clock.advanceSeconds(-1)
    expect(await keyOf(provider)).toBe('ASIA1')
    await waitForKey(provider, 'ASIA2')
    expect(await keyOf(provider)).toBe('ASIA2')
    expect(server.received).toHaveLength(2)
  })
})

it('uses valid credentials while the token function fails', async () => {
  let failing = false
  let calls = 0
  const provider = createProvider({
    token: () => {
      calls++
      if (failing) throw new Error('identity provider is down')
      return 'subject-token'
    },
  })
  await provider()
  failing = true
  clock.advanceSeconds(LIFETIME_SECONDS - 300)
  expect(await keyOf(provider)).toBe('ASIA1')
  await vi.waitFor(() => expect(calls).toBe(2))
  for (let call = 0; call < 10; call++) expect(await keyOf(provider)).toBe('ASIA1')
  expect(calls).toBe(2)
  clock.advanceSeconds(300)
  expect(await rejectionOf(provider())).toMatchObject({ message: 'identity provider is down' })
  failing = false
  expect(await keyOf(provider)).toBe('ASIA2')
})

type Provider = ReturnType<typeof fromTokenBroker>

function createProvider(more: { refreshAheadSeconds?: number; token?: () => string } = {}) {
  const { now } = clock
  return fromTokenBroker({ endpoint: server.url, token: 'subject-token', now, ...more })
}

function issueCredentials(prefix?: string): void {
  server.respond = issueUntil(() => clock.now() + LIFETIME_SECONDS * 1000, prefix)
}

async function keyOf(provider: Provider): Promise<string> {
  return (await provider()).accessKeyId
}

function waitForRequests(count: number): Promise<void> {
  return vi.waitFor(() => expect(server.received).toHaveLength(count))
}

/** Waits until the background refresh that an earlier call started has changed the key. */
function waitForKey(provider: Provider, key: string): Promise<void> {
  return vi.waitFor(async () => expect(await keyOf(provider)).toBe(key))
}

/**
 * Waits until no attempt is pending: a forced refresh shares the pending attempt, or rejects
 * immediately during a back-off.
 */
async function waitForAttempt(provider: Provider): Promise<void> {
  await rejectionOf(provider({ forceRefresh: true }))
}
