/**
 * How often an identity provider is asked about a token, and what happens while it does not
 * respond, and after its client got another secret.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { makeTemporaryFolder, startTestBroker } from '../fixtures/index.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { introspectionDocument, SECRET_NAME } from './provider-tenants.ts'
import { changeGlewlwydSecret, glewlwyd } from './providers/glewlwyd.ts'
import { CLIENTS } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { RunningProvider } from './providers/start-provider.ts'

/** The secret is in a file, as in the local runtime. */
async function startBroker(provider: RunningProvider) {
  const proxy = await startCountingProxy(provider.introspection)
  const secretFile = path.join(makeTemporaryFolder(), SECRET_NAME)
  writeFileSync(secretFile, `${CLIENTS.broker}\n`)
  let passedMs = 0
  const { post, audit } = await startTestBroker({
    documents: [introspectionDocument(provider, { url: proxy.url })],
    environment: { BROKER_SECRET_IDP_CLIENT_FILE: secretFile },
    now: () => Date.now() + passedMs,
  })
  return {
    calls: proxy.calls,
    secretFile,
    send: async (token: string) => {
      await post('/v1/credentials', token, { tenant: 'introspected', issuer: provider.issuer })
      return audit.at(-1)
    },
    pass: (milliseconds: number) => {
      passedMs += milliseconds
    },
  }
}

for (const product of [LEMONLDAP, glewlwyd()]) {
  describeWithProvider(product, 'calls and outages', startBroker, (started) => {
    it('one call for many requests with a token within a minute', async () => {
      const { provider, send, calls, pass } = started()
      const { accessToken } = await provider.signIn('alice')
      const before = calls()
      await Promise.all([send(accessToken), send(accessToken), send(accessToken)])
      pass(59_000)
      expect(await send(accessToken)).toMatchObject({ outcome: 'issued' })
      expect(calls()).toBe(before + 1)
      pass(1_000)
      expect(await send(accessToken)).toMatchObject({ outcome: 'issued' })
      expect(calls()).toBe(before + 2)
    })

    it('one call in five seconds for an inactive token', async () => {
      const { send, calls, pass } = started()
      const before = calls()
      await send('unknown')
      pass(4_900)
      expect(await send('unknown')).toMatchObject({ code: 'invalid_token' })
      expect(calls()).toBe(before + 1)
      pass(100)
      expect(await send('unknown')).toMatchObject({ code: 'invalid_token' })
      expect(calls()).toBe(before + 2)
    })

    // The last test: the provider does not run any more.
    it('works without the provider for a minute, with known tokens only', async () => {
      const { provider, send, pass } = started()
      const { accessToken } = await provider.signIn('alice')
      const { accessToken: other } = await provider.signIn('bob')
      expect(await send(accessToken)).toMatchObject({ outcome: 'issued' })
      await provider.close()
      pass(59_000)
      expect(await send(accessToken)).toMatchObject({ outcome: 'issued' })
      expect(await send(other)).toMatchObject({ code: 'issuer_unavailable' })
      pass(1_000)
      expect(await send(accessToken)).toMatchObject({ code: 'issuer_unavailable' })
    })
  })
}

describeWithProvider(glewlwyd(), 'a new secret of the client', startBroker, (started) => {
  it('is used without a restart, as soon as its file has it', async () => {
    const { provider, send, secretFile, pass } = started()
    const tokenOf = async () => (await provider.signIn('alice')).accessToken
    expect(await send(await tokenOf())).toMatchObject({ outcome: 'issued' })
    await changeGlewlwydSecret(provider, 'broker', 'rotated-secret')
    pass(10_000)
    expect(await send(await tokenOf())).toMatchObject({
      code: 'config_invalid',
      reason: expect.stringContaining(`check the secret ${SECRET_NAME}`),
    })
    writeFileSync(secretFile, 'rotated-secret\n')
    pass(10_000)
    expect(await send(await tokenOf())).toMatchObject({ outcome: 'issued' })
  })
})
