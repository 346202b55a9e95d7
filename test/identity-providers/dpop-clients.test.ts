/**
 * Tokens that glewlwyd binds to a key (DPoP), from the login to credentials: our client in Node.js
 * and in Chromium, and the command line.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { fromTokenBroker } from '../../packages/client/src/index.ts'
import { launchChromium, serveModule, skipsChromium } from '../fixtures/chromium.ts'
import { createDpopKey, type DpopKey, proveForToken } from '../fixtures/dpop-key.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { runCli } from '../unit/cli/run-cli.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { startProviderRuntime } from './local-broker.ts'
import { accessTokenDocument, introspectionDocument } from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import type { RunningProvider } from './providers/start-provider.ts'

const PAGE = fileURLToPath(new URL('./bound-page.ts', import.meta.url))
const ACCESS_KEY = expect.stringMatching(/^ASIA/)

const start = async (provider: RunningProvider) => {
  const pages = await closeAfterTests(serveModule(PAGE))
  const withOrigin = (document: string) => `${document}allowedOrigins: ['${pages.url}']\n`
  const documents = [accessTokenDocument(provider, 'app'), introspectionDocument(provider)]
  return { pages, brokerUrl: await startProviderRuntime(documents.map(withOrigin)) }
}

describeWithProvider(glewlwyd(), 'tokens bound to a key', start, (started) => {
  const boundToken = async (key: DpopKey) => {
    const options = { prove: proveForToken(key) }
    const { accessToken } = await started().provider.signIn('alice', options)
    expect(decodeJwt(accessToken)).toMatchObject({ cnf: key.cnf })
    return accessToken
  }

  it('our client in Node.js gets credentials, and nobody without the key', async () => {
    const { brokerUrl: endpoint } = started()
    const key = await createDpopKey()
    const token = await boundToken(key)
    const dpop = { privateKey: key.privateKey, publicKey: key.publicKey }
    const options = { endpoint, token, tenant: 'access-token' }
    expect((await fromTokenBroker({ ...options, dpop })()).accessKeyId).toEqual(ACCESS_KEY)
    const other = await createDpopKey()
    const stolen = { privateKey: other.privateKey, publicKey: other.publicKey }
    for (const without of [{}, { dpop: stolen }])
      await expect(fromTokenBroker({ ...options, ...without })()).rejects.toMatchObject({
        code: 'invalid_token',
      })
  })

  it('the same token by introspection, whose response has cnf', async () => {
    const { brokerUrl, provider } = started()
    const key = await createDpopKey()
    const token = await boundToken(key)
    const url = `${brokerUrl}/v1/credentials`
    const send = async (by: DpopKey, nonce?: string) =>
      fetch(url, {
        method: 'POST',
        headers: {
          authorization: `DPoP ${token}`,
          dpop: await by.proof({ url, token, nonce }),
          'content-type': 'application/json',
        },
        body: JSON.stringify({ tenant: 'introspected', issuer: provider.issuer }),
      })
    const first = await send(key)
    const nonce = first.headers.get('dpop-nonce') ?? ''
    expect([first.status, nonce]).toEqual([401, expect.stringMatching(/^\w+\.[\w-]{43}$/)])
    expect((await send(key, nonce)).status).toBe(200)
    expect((await send(await createDpopKey(), nonce)).status).toBe(401)
  })

  it('the command line gets credentials with the key in a file', async () => {
    const { brokerUrl } = started()
    const key = await createDpopKey()
    const folder = makeTemporaryFolder()
    const save = (name: string, text: string) => {
      writeFileSync(path.join(folder, name), text, { mode: 0o600 })
      return path.join(folder, name)
    }
    const token = ['--token-file', save('token', await boundToken(key)), '--no-cache']
    const options = ['--endpoint', brokerUrl, '--tenant', 'access-token', ...token]
    const keyFile = save('key.jwk', JSON.stringify(key.privateJwk))
    const run = (...more: string[]) => runCli(['credential-process', ...options, ...more])
    const { code, stdout } = await run('--dpop-key', keyFile)
    expect([code, JSON.parse(stdout || '{}').AccessKeyId]).toEqual([0, ACCESS_KEY])
    expect((await run()).code).toBe(3)
  })

  it.skipIf(skipsChromium())('our client in Chromium, with a key of that page', async () => {
    const { brokerUrl, pages, provider } = started()
    const browser = await closeAfterTests(launchChromium())
    const page = await browser.newPage()
    await page.goto(pages.url)
    await page.exposeFunction('signIn', async (proof: string) => {
      const { accessToken } = await provider.signIn('alice', { prove: async () => proof })
      return accessToken
    })
    const settings = JSON.stringify({ endpoint: brokerUrl, tenant: 'access-token' })
    const outcome: unknown = await page.evaluate(`(async () => {
      const { fromTokenBroker, signProof } = await import('/module.js')
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
      const dpop = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
      const url = ${JSON.stringify(provider.token)}
      const token = await signIn(await signProof(dpop, { url, token: '', now: Date.now() }))
      const { accessKeyId } = await fromTokenBroker({ ...${settings}, token, dpop })()
      const stolen = await fromTokenBroker({ ...${settings}, token })().catch(({ code }) => code)
      return [dpop.privateKey.extractable, accessKeyId, stolen]
    })()`)
    await page.close()
    expect(outcome).toEqual([false, ACCESS_KEY, 'invalid_token'])
  })
})
