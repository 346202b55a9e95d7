/** Tokens of independently written identity providers that are refused, each with its code. */
import { expect, it } from 'vitest'
import { createDpopKey, proveForToken } from '../fixtures/dpop-key.ts'
import { startTestBroker, type TestBroker } from '../fixtures/index.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import {
  accessTokenDocument,
  type IntrospectionOptions,
  idTokenDocument,
  introspectionDocument,
  singleApplicationDocument,
  userInfoDocument,
} from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import { CLIENTS, type ClientName, type Product } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { RunningProvider } from './providers/start-provider.ts'

const HOUR_MS = 3_600_000
/** Those whose tokens the provider is asked about, and their client is known. */
const OPAQUE_TENANTS = ['introspected', 'user-info']

interface RefusingBroker {
  /** @returns the audit record */
  readonly send: (
    token: string | undefined,
    request: { readonly tenant: string; readonly grant?: string },
  ) => Promise<TestBroker['audit'][number] | undefined>
  readonly pass: (milliseconds: number) => void
  /** All audit records so far, and the tokens for which they were written. */
  readonly written: () => { readonly records: string; readonly tokens: readonly string[] }
}

async function startBroker(
  provider: RunningProvider,
  client: ClientName,
  { asks = 'broker' }: IntrospectionOptions = {},
): Promise<RefusingBroker> {
  let passedMs = 0
  const tokens: string[] = []
  const { post, audit, auditText } = await startTestBroker({
    documents: [
      idTokenDocument(provider),
      accessTokenDocument(provider, client),
      introspectionDocument(provider, { asks }),
      userInfoDocument(provider, { asks }),
      singleApplicationDocument(provider),
    ],
    environment: { BROKER_SECRET_IDP_CLIENT: CLIENTS[asks] },
    now: () => Date.now() + passedMs,
  })
  return {
    send: async (token, request) => {
      const isJwt = request.tenant.endsWith('-token')
      const more = isJwt ? {} : { issuer: provider.issuer }
      if (token) tokens.push(token)
      await post('/v1/credentials', token, { ...request, ...more })
      return audit.at(-1)
    },
    pass: (milliseconds) => {
      passedMs += milliseconds
    },
    written: () => ({ records: auditText.join('\n'), tokens }),
  }
}

describeRefusalsOf(LEMONLDAP, 'app-jwt')
describeRefusalsOf(glewlwyd(), 'app')

/** @param client whose access tokens are JWTs */
function describeRefusalsOf(product: Product, client: ClientName): void {
  const start = (provider: RunningProvider) => startBroker(provider, client)
  describeWithProvider(product, 'refused tokens', start, (started) => {
    it('those of a hostile user, where a hostile claim would enter the session', async () => {
      const { provider, send } = started()
      const { idToken, accessToken } = await provider.signIn('mallory')
      const { accessToken: jwt } = await provider.signIn('mallory', { client })
      for (const record of [
        await send(idToken, { tenant: 'id-token' }),
        await send(jwt, { tenant: 'access-token' }),
        await send(accessToken, { tenant: 'user-info' }),
      ])
        expect(record).toMatchObject({
          code: 'claim_unusable',
          grant: 'team',
          reason: expect.stringContaining('Attribute "team" cannot be used'),
        })
    })

    it('those of a hostile user, whose groups are patterns, for the grant of a group', async () => {
      const { provider, send } = started()
      const { idToken, accessToken } = await provider.signIn('mallory')
      expect(await send(idToken, { tenant: 'id-token', grant: 'support' })).toMatchObject({
        code: 'access_denied',
      })
      for (const tenant of OPAQUE_TENANTS)
        expect(await send(accessToken, { tenant, grant: 'support' })).toMatchObject({
          code: 'access_denied',
        })
    })

    it('those of another client of the provider', async () => {
      const { provider, send } = started()
      const { idToken, accessToken } = await provider.signIn('alice', { client: 'other-app' })
      expect(await send(idToken, { tenant: 'id-token' })).toMatchObject({ code: 'access_denied' })
      for (const tenant of OPAQUE_TENANTS)
        expect(await send(accessToken, { tenant })).toMatchObject({ code: 'access_denied' })
    })

    it('accepts those of another client where the operator states that there is none', async () => {
      const { provider, send } = started()
      const { accessToken } = await provider.signIn('alice', { client: 'other-app' })
      expect(await send(accessToken, { tenant: 'single-application' })).toMatchObject({
        outcome: 'issued',
      })
    })

    it('an ID token in place of an access token, which glewlwyd calls active', async () => {
      const { provider, send } = started()
      const { idToken } = await provider.signIn('alice')
      expect(await send(idToken, { tenant: 'access-token' })).toMatchObject({
        code: 'access_denied',
      })
      for (const tenant of [...OPAQUE_TENANTS, 'single-application'])
        expect(await send(idToken, { tenant })).toMatchObject({ code: 'invalid_token' })
    })

    it('a token that the provider does not know', async () => {
      const { provider, send } = started()
      const { accessToken } = await provider.signIn('alice')
      for (const tenant of OPAQUE_TENANTS)
        expect(await send(accessToken.slice(0, -2), { tenant })).toMatchObject({
          code: 'invalid_token',
          reason: expect.stringContaining('it belongs to another client'),
        })
    })

    it('expired tokens', async () => {
      const { provider, send, pass } = started()
      const { idToken, accessToken } = await provider.signIn('alice')
      pass(HOUR_MS + 60_000)
      expect(await send(idToken, { tenant: 'id-token' })).toMatchObject({ code: 'token_expired' })
      for (const tenant of OPAQUE_TENANTS)
        expect(await send(accessToken, { tenant })).toMatchObject({ code: 'token_expired' })
      pass(-HOUR_MS - 60_000)
    })

    it('none of them is in a record, and the secret of the client neither', () => {
      const { records, tokens } = started().written()
      expect(tokens.length).toBeGreaterThan(10)
      for (const secret of [...tokens, CLIENTS.broker]) expect(records).not.toContain(secret)
    })
  })
}

describeWithProvider(
  LEMONLDAP,
  'signed responses of UserInfo',
  (provider) => startBroker(provider, 'app-jwt'),
  (started) => {
    it('are not read', async () => {
      const { provider, send } = started()
      const { accessToken } = await provider.signIn('alice', { client: 'app-jwt' })
      expect(await send(accessToken, { tenant: 'single-application' })).toMatchObject({
        code: 'issuer_unavailable',
        reason: expect.stringContaining('signed'),
      })
    })
  },
)

describeWithProvider(
  glewlwyd(),
  'tokens that are not presented to a resource',
  (provider) => startBroker(provider, 'app'),
  (started) => {
    it('a token that is bound to a key (DPoP), without its proof', async () => {
      const { provider, send } = started()
      const { accessToken } = await provider.signIn('alice', {
        prove: proveForToken(await createDpopKey()),
      })
      for (const tenant of ['access-token', 'introspected'])
        expect(await send(accessToken, { tenant })).toMatchObject({
          code: expect.stringMatching(/^invalid_(token|dpop_proof)$/),
          reason: expect.stringContaining('cnf.jkt'),
        })
      // glewlwyd's UserInfo refuses it without a proof.
      for (const tenant of ['user-info', 'single-application'])
        expect(await send(accessToken, { tenant })).toMatchObject({ code: 'invalid_token' })
    })

    it('a refresh token, which the provider calls active', async () => {
      const { provider, send } = started()
      const { refreshToken } = await provider.signIn('alice')
      expect(await send(refreshToken, { tenant: 'introspected' })).toMatchObject({
        code: 'invalid_token',
        reason: expect.stringContaining('is a refresh or ID token'),
      })
      for (const tenant of ['user-info', 'single-application'])
        expect(await send(refreshToken, { tenant })).toMatchObject({ code: 'invalid_token' })
    })
  },
)

describeWithProvider(
  glewlwyd({ anyClientAsks: false }),
  'where only its own client may ask about a token',
  async (provider) => ({
    own: await startBroker(provider, 'app', { asks: 'app' }),
    other: await startBroker(provider, 'app'),
  }),
  (started) => {
    it('the token is inactive for another client, and the reason says that it may be', async () => {
      const { provider, own, other } = started()
      const { accessToken } = await provider.signIn('alice')
      expect(await other.send(accessToken, { tenant: 'introspected' })).toMatchObject({
        code: 'invalid_token',
        reason: expect.stringContaining('it belongs to another client'),
      })
      for (const tenant of OPAQUE_TENANTS)
        expect(await own.send(accessToken, { tenant })).toMatchObject({ outcome: 'issued' })
    })
  },
)
