/**
 * Tokens of independently written identity providers, from the login to a session that the local
 * STS issues for the caller's own folder only.
 */
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { describeWithProvider } from './describe-with-provider.ts'
import { startLocalBroker } from './local-broker.ts'
import {
  accessTokenDocument,
  BUCKET,
  idTokenDocument,
  introspectionDocument,
  singleApplicationDocument,
  userInfoDocument,
} from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import type { ClientName, Product } from './providers/identity-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import type { ProviderUserName } from './providers/provider-users.ts'
import type { RunningProvider } from './providers/start-provider.ts'

interface Expected {
  /** The client whose access tokens are JWTs. */
  readonly client: ClientName
  /** What alice gets by such a token. */
  readonly grant: 'support' | 'team'
}

describeTokensOf(LEMONLDAP, { client: 'app-jwt', grant: 'support' })
// In its access tokens, `groups` is one text, `admins,support`: it contains no element `support`.
describeTokensOf(glewlwyd(), { client: 'app', grant: 'team' })

function describeTokensOf(product: Product, { client, grant }: Expected): void {
  const start = async (provider: RunningProvider) => ({
    request: await startLocalBroker([
      idTokenDocument(provider),
      accessTokenDocument(provider, client),
      introspectionDocument(provider),
      userInfoDocument(provider),
      singleApplicationDocument(provider),
    ]),
  })
  describeWithProvider(product, 'accepted tokens', start, (started) => {
    const signIn = async (user: ProviderUserName) => {
      const { provider } = started()
      const { idToken, accessToken } = await provider.signIn(user)
      const { accessToken: jwt } = await provider.signIn(user, { client })
      const { issuer } = provider
      const subject = String(decodeJwt(idToken).sub)
      return { idToken, accessToken, jwt, issuer, subject }
    }
    const sessionOf = (name: string, folder: string) => ({
      ...{ outcome: 'issued', grant: name, resource: `${BUCKET}/${folder}/*` },
      accessKeyId: expect.stringMatching(/^ASIA/),
    })

    it('an ID token', async () => {
      const { idToken, subject } = await signIn('alice')
      const session = await started().request(idToken, { tenant: 'id-token' })
      expect(session).toEqual(sessionOf('support', `support/${subject}`))
    })

    it('a JWT access token', async () => {
      const { jwt, subject } = await signIn('alice')
      const session = await started().request(jwt, { tenant: 'access-token' })
      const folder = grant === 'team' ? 'teams/red' : 'support'
      expect(session).toEqual(sessionOf(grant, `${folder}/${subject}`))
    })

    it('an access token by introspection, which returns no groups', async () => {
      const { accessToken, issuer, subject } = await signIn('alice')
      const session = await started().request(accessToken, { tenant: 'introspected', issuer })
      expect(session).toEqual(sessionOf('own', `users/${subject}`))
    })

    it('an access token by UserInfo, with or without introspection', async () => {
      const { accessToken, issuer, subject } = await signIn('alice')
      for (const tenant of ['user-info', 'single-application']) {
        const session = await started().request(accessToken, { tenant, issuer })
        expect(session).toEqual(sessionOf('support', `support/${subject}`))
      }
    })

    it('those of a hostile user, for her own folder, where no hostile claim is used', async () => {
      const { idToken, accessToken, jwt, issuer, subject } = await signIn('mallory')
      const { request } = started()
      const own = sessionOf('own', `users/${subject}`)
      expect(await request(idToken, { tenant: 'id-token', grant: 'own' })).toEqual(own)
      expect(await request(jwt, { tenant: 'access-token', grant: 'own' })).toEqual(own)
      expect(await request(accessToken, { tenant: 'introspected', issuer })).toEqual(own)
      for (const tenant of ['user-info', 'single-application'])
        expect(await request(accessToken, { tenant, issuer, grant: 'own' })).toEqual(own)
    })
  })
}
