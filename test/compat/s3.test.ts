/** The SDK's S3 client with `fromTokenBroker`, in Node and in a page, as credentials expire. */
import { describe, expect, it } from 'vitest'
import { AFTER_EXPIRY, openPlatform, PLATFORMS, REFRESH_AT, startS3Session } from './s3-session.ts'

describe.each(PLATFORMS)('an app in %s', async (name) => {
  const platform = await openPlatform(name)

  it('sends one request to the broker for 200 concurrent calls', async () => {
    const { readSuccessfully, methods } = await startS3Session(platform)
    expect(await readSuccessfully(200)).toEqual(['ASIA1'])
    expect(methods()).toEqual(platform.firstRequests)
  })

  it('renews credentials before they expire, while calls use the old ones', async () => {
    const { app, readSuccessfully, setTime, posts } = await startS3Session(platform)
    await readSuccessfully(1)
    await setTime(REFRESH_AT)
    expect(await readSuccessfully(20)).toEqual(['ASIA1'])
    expect(await app.countAttempts()).toBe(2)
    expect(await readSuccessfully(20)).toEqual(['ASIA2'])
    await setTime(AFTER_EXPIRY)
    expect(await readSuccessfully(20)).toEqual(['ASIA2'])
    expect(posts()).toBe(2)
  })

  it('is not affected by a broker that is down for ten seconds', async () => {
    const { app, broker, readSuccessfully, setTime, posts } = await startS3Session(platform)
    await readSuccessfully(1)
    const restart = await broker.goDown()
    for (let second = 0; second < 10; second++) {
      await setTime(REFRESH_AT + second * 1000)
      expect(await readSuccessfully(20)).toEqual(['ASIA1'])
      await app.countAttempts()
    }
    // Immediately, and after 1, 2 and 4 seconds.
    expect([await app.countAttempts(), posts()]).toEqual([1 + 4, 1])
    await restart()
    await setTime(REFRESH_AT + 15_000)
    expect(await readSuccessfully(20)).toEqual(['ASIA1'])
    expect([await app.countAttempts(), posts()]).toEqual([1 + 5, 2])
    await setTime(AFTER_EXPIRY)
    expect(await readSuccessfully(20)).toEqual(['ASIA2'])
  })

  it.each([
    ['access_denied', 'user is blocked', 'blockUser'],
    ['invalid_token', 'key of the token is withdrawn', 'withdrawKey'],
  ] as const)('gets %s after the %s', async (code, _what, revoke) => {
    const session = await startS3Session(platform)
    const { app, s3, readSuccessfully, setTime, posts } = session
    await readSuccessfully(1)
    const restore = session[revoke]()
    await setTime(REFRESH_AT)
    expect(await readSuccessfully(20)).toEqual(['ASIA1'])
    await app.countAttempts()
    expect(await app.read(20)).toEqual({ [`TokenBrokerError ${code}`]: 20 })
    expect([posts(), s3.refused]).toEqual([3, []])
    restore()
    // The broker fetches an issuer's keys for an unknown `kid` at most once in 30 s.
    await setTime(REFRESH_AT + 31_000)
    expect(await readSuccessfully(20)).toEqual(['ASIA2'])
  })
})
