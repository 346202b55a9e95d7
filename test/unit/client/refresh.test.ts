/** Refreshing in the background, patience with a broker that is down, and a revoked token that is noticed. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fromTokenBroker } from '../../../packages/client/src/index.ts'
import {
  type AnsweringServer,
  issueUntil,
  json,
  refuse,
  rejectionOf,
  startAnsweringServer,
  stoppedClock,
} from './answering-server.ts'

const LIFETIME_SECONDS = 3600

let server: AnsweringServer
let clock: ReturnType<typeof stoppedClock>

beforeEach(async () => {
  server = await startAnsweringServer()
  clock = stoppedClock()
  server.answerWith(issueUntil(() => clock.now() + LIFETIME_SECONDS * 1000))
})

afterEach(() => server.close())

function provide(more: { refreshAheadSeconds?: number; token?: () => string } = {}) {
  return fromTokenBroker({ endpoint: server.url, token: 'subject-token', now: clock.now, ...more })
}

const recover = () =>
  server.answerWith(issueUntil(() => clock.now() + LIFETIME_SECONDS * 1000, 'RENEWED'))
const requests = (count: number) => vi.waitFor(() => expect(server.seen).toHaveLength(count))
const keyOf = async (provider: ReturnType<typeof provide>) => (await provider()).accessKeyId

/** The key after the background attempt of the call before came to something. */
const nextKey = (provider: ReturnType<typeof provide>, key: string) =>
  vi.waitFor(async () => expect(await keyOf(provider)).toBe(key))

describe('refresh ahead', () => {
  it('happens in the background from 10 minutes before the expiration, and nobody waits', async () => {
    const provider = provide()
    const first = await provider()
    expect(first.expiration.getTime()).toBe(clock.now() + LIFETIME_SECONDS * 1000)
    clock.advanceSeconds(LIFETIME_SECONDS - 601)
    expect(await keyOf(provider)).toBe('ASIA1')
    expect(server.seen).toHaveLength(1)
    clock.advanceSeconds(1)
    expect(await Promise.all([keyOf(provider), keyOf(provider)])).toEqual(['ASIA1', 'ASIA1'])
    await nextKey(provider, 'ASIA2')
    expect(server.seen).toHaveLength(2)
  })

  it('is at most half the lifetime ahead', async () => {
    const provider = provide({ refreshAheadSeconds: 86_400 })
    await provider()
    clock.advanceSeconds(LIFETIME_SECONDS / 2 - 1)
    await provider()
    expect(server.seen).toHaveLength(1)
    clock.advanceSeconds(1)
    await provider()
    await requests(2)
  })

  it('waits for new credentials once the old ones have expired', async () => {
    const provider = provide()
    await provider()
    clock.advanceSeconds(LIFETIME_SECONDS)
    expect(await keyOf(provider)).toBe('ASIA2')
  })

  it('is not disturbed by a caller who changes what it was given', async () => {
    const provider = provide()
    const given = await provider()
    given.expiration.setTime(0)
    Object.assign(given, { accessKeyId: 'changed' })
    expect(await keyOf(provider)).toBe('ASIA1')
    expect(server.seen).toHaveLength(1)
  })
})

describe('a broker that is down', () => {
  it.each([
    ['without a connection', (response: { destroy(): void }) => void response.destroy()],
    ['answering 429', refuse('throttled')],
    ['answering 503', refuse('upstream_unavailable')],
    ['behind a gateway that answers 502', json(502, { message: 'Bad Gateway' })],
    ['behind a page that answers 200', json(200, 'please log in')],
  ])('%s is not noticed while credentials are valid', async (_, answer) => {
    const provider = provide()
    await provider()
    server.answerWith(answer)
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    for (let attempt = 1; attempt < 10; attempt++) {
      expect(await keyOf(provider)).toBe('ASIA1')
      await settled(provider)
      expect(server.seen).toHaveLength(1 + attempt)
      clock.advanceSeconds(30)
    }
    recover()
    expect(await keyOf(provider)).toBe('ASIA1')
    await nextKey(provider, 'RENEWED1')
  })

  it('is asked after pauses of 1, 2, 4 … up to 30 seconds', async () => {
    const provider = provide()
    await provider()
    server.answerWith(refuse('internal'))
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    const pauses: number[] = []
    for (const pause of [1, 2, 4, 8, 16, 30, 30]) {
      const before = server.seen.length
      await provider()
      await requests(before + 1)
      await settled(provider)
      clock.advanceSeconds(pause - 0.001)
      await provider()
      expect(server.seen).toHaveLength(before + 1)
      clock.advanceSeconds(0.001)
      pauses.push(pause)
    }
    expect(pauses).toHaveLength(7)
  })

  it('is left alone as Retry-After says, at most 300 seconds, and callers in need are told at once', async () => {
    const provider = provide()
    server.answerWith(refuse('throttled', { retryAfterSeconds: 86_400 }))
    expect(await rejectionOf(provider())).toMatchObject({
      code: 'throttled',
      status: 429,
      retryAfterSeconds: 86_400,
    })
    recover()
    clock.advanceSeconds(299.5)
    expect(await rejectionOf(provider())).toMatchObject({
      code: 'throttled',
      status: 429,
      retryAfterSeconds: 1,
    })
    expect(server.seen).toHaveLength(1)
    clock.advanceSeconds(0.5)
    expect(await keyOf(provider)).toBe('RENEWED1')
  })

  it('starts from the shortest pause again once it has answered', async () => {
    const provider = provide()
    for (let round = 0; round < 2; round++) {
      server.answerWith(refuse('internal'))
      await rejectionOf(provider({ forceRefresh: true }))
      clock.advanceSeconds(1)
      recover()
      expect(await provider({ forceRefresh: true })).toMatchObject({ accessKeyId: 'RENEWED1' })
    }
  })
})

describe('a caller who is refused', () => {
  it.each([
    'invalid_token',
    'issuer_untrusted',
    'token_expired',
    'access_denied',
    'claim_unusable',
  ] as const)(
    '%s in the background drops the credentials, and the next call tells it',
    async (code) => {
      const provider = provide()
      await provider()
      server.answerWith(refuse(code))
      clock.advanceSeconds(LIFETIME_SECONDS - 300)
      expect(await keyOf(provider)).toBe('ASIA1')
      await vi.waitFor(async () => expect(await rejectionOf(provider())).toMatchObject({ code }))
      server.answerWith(issueUntil(() => clock.now() + LIFETIME_SECONDS * 1000))
      expect(await keyOf(provider)).toBe('ASIA1')
    },
  )

  it('is told at once when forcing a refresh, and the kept credentials are gone', async () => {
    const provider = provide()
    await provider()
    server.answerWith(refuse('access_denied'))
    expect(await rejectionOf(provider({ forceRefresh: true }))).toMatchObject({
      code: 'access_denied',
    })
    expect(await rejectionOf(provider())).toMatchObject({ code: 'access_denied' })
  })

  it('keeps the credentials when a gateway, not the broker, says 403', async () => {
    const provider = provide()
    await provider()
    server.answerWith(json(403, { message: 'Forbidden' }))
    clock.advanceSeconds(LIFETIME_SECONDS - 300)
    await provider()
    await requests(2)
    await settled(provider)
    expect(await keyOf(provider)).toBe('ASIA1')
  })
})

describe('a clock that is set back', () => {
  it('does not make a pause longer', async () => {
    const provider = provide()
    server.answerWith(refuse('internal'))
    await rejectionOf(provider())
    recover()
    clock.advanceSeconds(-86_400)
    expect(await keyOf(provider)).toBe('RENEWED1')
  })

  it('makes a refresh due, since nobody knows how old the credentials are', async () => {
    const provider = provide()
    await provider()
    clock.advanceSeconds(-1)
    expect(await keyOf(provider)).toBe('ASIA1')
    await nextKey(provider, 'ASIA2')
    expect(await keyOf(provider)).toBe('ASIA2')
    expect(server.seen).toHaveLength(2)
  })
})

it('goes on with valid credentials while the token function fails', async () => {
  let failing = false
  let calls = 0
  const provider = provide({
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

/** A forced call joins the attempt under way, or is told of the pause: either way the attempt is over afterwards. */
async function settled(provider: ReturnType<typeof provide>): Promise<void> {
  await rejectionOf(provider({ forceRefresh: true }))
}
