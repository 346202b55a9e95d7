/**
 * How often an identity provider is asked about a token, and what happens while it does not
 * respond, and after the broker's client got another secret.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder, startTestBroker } from '../fixtures/index.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { introspectionDocument, SECRET_NAME, userInfoDocument } from './provider-tenants.ts'
import { changeGlewlwydSecret, glewlwyd } from './providers/glewlwyd.ts'
import { CLIENTS } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { RunningProvider } from './providers/start-provider.ts'

/** The secret is in a file, as in the local runtime. */
async function startBroker(provider: RunningProvider) {
  const introspection = await startCountingProxy(provider.introspection)
  const userInfo = await startCountingProxy(provider.userInfo)
  const urls = { introspection: introspection.url, userInfo: userInfo.url }
  const secretFile = path.join(makeTemporaryFolder(), SECRET_NAME)
  writeFileSync(secretFile, `${CLIENTS.broker}\n`)
  let passedMs = 0
  const { post, audit } = await startTestBroker({
    documents: [introspectionDocument(provider, urls), userInfoDocument(provider, urls)],
    environment: { BROKER_SECRET_IDP_CLIENT_FILE: secretFile },
    now: () => Date.now() + passedMs,
  })
  return {
    calls: () => [introspection.calls(), userInfo.calls()],
    secretFile,
    records: audit,
    send: async (tenant: string, token: string) => {
      await post('/v1/credentials', token, { tenant, issuer: provider.issuer })
      return audit.at(-1)
    },
    pass: (milliseconds: number) => {
      passedMs += milliseconds
    },
  }
}

/** How many calls to introspection and UserInfo one check of a token consists of. */
const CHECKS = [
  { tenant: 'introspected', valid: [1, 0], inactive: [1, 0] },
  { tenant: 'user-info', valid: [1, 1], inactive: [1, 0] },
]

for (const product of [LEMONLDAP, glewlwyd()]) {
  describeWithProvider(product, 'calls and outages', startBroker, (started) => {
    it.each(CHECKS)(
      'one check in a minute for all requests with a token ($tenant)',
      async (check) => {
        const { tenant, valid } = check
        const { provider, send, calls, pass } = started()
        const { accessToken } = await provider.signIn('alice')
        const before = calls()
        const sendAgain = () => send(tenant, accessToken)
        await Promise.all([sendAgain(), sendAgain(), sendAgain()])
        pass(59_000)
        expect(await sendAgain()).toMatchObject({ outcome: 'issued' })
        expect(difference(before, calls())).toEqual(valid)
        pass(1_000)
        const second = calls()
        expect(await sendAgain()).toMatchObject({ outcome: 'issued' })
        expect(difference(second, calls())).toEqual(valid)
      },
    )

    it.each(CHECKS)('one check in five seconds for an inactive token ($tenant)', async (check) => {
      const { tenant, inactive } = check
      const { send, calls, pass } = started()
      const before = calls()
      await send(tenant, 'unknown')
      pass(4_900)
      expect(await send(tenant, 'unknown')).toMatchObject({ code: 'invalid_token' })
      expect(difference(before, calls())).toEqual(inactive)
      pass(100)
      const second = calls()
      expect(await send(tenant, 'unknown')).toMatchObject({ code: 'invalid_token' })
      expect(difference(second, calls())).toEqual(inactive)
    })

    it('a bounded number of checks for a flood of made-up tokens', async () => {
      const { provider, send, calls, pass, records } = started()
      const { accessToken } = await provider.signIn('alice')
      await send('introspected', accessToken)
      // Now as many checks are allowed as at the start.
      pass(10_000)
      const [before, firstRecord, startedAt] = [calls(), records.length, Date.now()]
      const tokens = Array.from({ length: 200 }, (_, index) => `made-up-${index}`)
      await Promise.all(tokens.map((token) => send('introspected', token)))
      const [checks = 0] = difference(before, calls())
      expect(checks).toBeLessThanOrEqual(50 + Math.ceil((Date.now() - startedAt) / 100))
      const throttled = records.slice(firstRecord).filter(({ code }) => code === 'throttled')
      expect(throttled).toHaveLength(200 - checks)
      expect(await send('introspected', accessToken)).toMatchObject({ outcome: 'issued' })
      pass(10_000)
    })

    // The last test: the provider does not run any more.
    it('works without the provider for a minute, with known tokens only', async () => {
      const { provider, send, pass } = started()
      const { accessToken } = await provider.signIn('alice')
      const { accessToken: other } = await provider.signIn('bob')
      for (const { tenant } of CHECKS)
        expect(await send(tenant, accessToken)).toMatchObject({ outcome: 'issued' })
      await provider.close()
      pass(59_000)
      for (const { tenant } of CHECKS) {
        expect(await send(tenant, accessToken)).toMatchObject({ outcome: 'issued' })
        expect(await send(tenant, other)).toMatchObject({ code: 'issuer_unavailable' })
      }
      pass(1_000)
      for (const { tenant } of CHECKS)
        expect(await send(tenant, accessToken)).toMatchObject({ code: 'issuer_unavailable' })
    })
  })
}

function difference(before: readonly number[], after: readonly number[]): number[] {
  return after.map((count, index) => count - Number(before[index]))
}

describeWithProvider(glewlwyd(), 'a revoked token', startBroker, (started) => {
  it.each(CHECKS)('is accepted for at most a minute ($tenant)', async ({ tenant }) => {
    const { provider, send, pass } = started()
    const { accessToken } = await provider.signIn('alice')
    expect(await send(tenant, accessToken)).toMatchObject({ outcome: 'issued' })
    await revoke(provider, accessToken)
    pass(59_000)
    expect(await send(tenant, accessToken)).toMatchObject({ outcome: 'issued' })
    pass(1_000)
    expect(await send(tenant, accessToken)).toMatchObject({ code: 'invalid_token' })
  })
})

/** RFC 7009, as the client of the token. */
async function revoke({ issuer }: RunningProvider, token: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`app:${CLIENTS.app}`).toString('base64')}`
  const body = new URLSearchParams({ token, token_type_hint: 'access_token' })
  const request = { method: 'POST', headers: { authorization }, body }
  const { status } = await fetch(`${issuer}/revoke`, request)
  expect(status).toBe(200)
}

describeWithProvider(glewlwyd(), 'a new secret of the client', startBroker, (started) => {
  it('is used without a restart, as soon as its file has it', async () => {
    const { provider, send, secretFile, pass } = started()
    const tokenOf = async () => (await provider.signIn('alice')).accessToken
    expect(await send('introspected', await tokenOf())).toMatchObject({ outcome: 'issued' })
    await changeGlewlwydSecret(provider, 'broker', 'rotated-secret')
    pass(10_000)
    expect(await send('introspected', await tokenOf())).toMatchObject({
      code: 'config_invalid',
      reason: expect.stringContaining(`check the secret introspected/${SECRET_NAME}`),
    })
    writeFileSync(secretFile, 'rotated-secret\n')
    pass(10_000)
    expect(await send('introspected', await tokenOf())).toMatchObject({ outcome: 'issued' })
  })
})
