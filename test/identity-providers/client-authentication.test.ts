/** How the broker proves to an identity provider which client it is, by each method. */
import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { type IntrospectionOptions, introspectionDocument } from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import { CLIENTS } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { RunningProvider } from './providers/start-provider.ts'

const newKey = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const BROKER_KEY = newKey()

/** @returns the outcome of a request with a token of alice */
async function request(
  provider: RunningProvider,
  method: NonNullable<IntrospectionOptions['method']>,
  secret: string,
) {
  const { post, audit } = await startTestBroker({
    documents: [introspectionDocument(provider, { method })],
    environment: { BROKER_SECRET_IDP_CLIENT: secret },
  })
  const { accessToken } = await provider.signIn('alice')
  const wanted = { tenant: 'introspected', issuer: provider.issuer }
  await post('/v1/credentials', accessToken, wanted)
  return audit.at(-1)
}

for (const product of [LEMONLDAP, glewlwyd()]) {
  describeWithProvider(
    product,
    'a secret of the client',
    async () => ({}),
    (started) => {
      it.each(['client_secret_basic', 'client_secret_post'] as const)('by %s', async (method) => {
        const { provider } = started()
        expect(await request(provider, method, CLIENTS.broker)).toMatchObject({ outcome: 'issued' })
        expect(await request(provider, method, 'other')).toMatchObject({ code: 'config_invalid' })
      })
    },
  )
}

const withKey = glewlwyd({ brokerKey: BROKER_KEY.publicKey })
describeWithProvider(
  withKey,
  'a private key of the client',
  async () => ({}),
  (started) => {
    it('by private_key_jwt', async () => {
      const { provider } = started()
      const withPrivateKey = (key: string) => request(provider, 'private_key_jwt', key)
      expect(await withPrivateKey(BROKER_KEY.privateKey)).toMatchObject({ outcome: 'issued' })
      expect(await withPrivateKey(newKey().privateKey)).toMatchObject({ code: 'config_invalid' })
    })
  },
)
