/** Amplify's singleton with our credentials provider: its session has the right credentials. */
import {
  Amplify,
  type CredentialsAndIdentityIdProvider,
  clearCredentials,
  decodeJWT,
  fetchAuthSession,
} from '@aws-amplify/core'
import { beforeEach, expect, expectTypeOf, it } from 'vitest'
import { type AmplifyCredentialsProvider, forAmplify } from '../../packages/client/src/index.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/index.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'

const broker = await startServedBroker()
let signedIn: string | undefined

beforeEach(() => {
  const getTokens = async () => {
    const jwt = signedIn === undefined ? undefined : decodeJWT(signedIn)
    return jwt ? { idToken: jwt, accessToken: jwt } : null
  }
  const credentialsProvider = forAmplify({ endpoint: broker.url, grant: 'read' })
  Amplify.configure({}, { Auth: { tokenProvider: { getTokens }, credentialsProvider } })
})

it('matches Amplify’s type of a credentials provider', () => {
  expectTypeOf<AmplifyCredentialsProvider>().toExtend<CredentialsAndIdentityIdProvider>()
})

it('provides the credentials of the signed-in user with one request', async () => {
  signedIn = await broker.token()
  const { result, requests } = await broker.counting(() =>
    Promise.all([fetchAuthSession(), fetchAuthSession()]),
  )
  const credentials = {
    accessKeyId: 'ASIA0123456789ABCDEF',
    secretAccessKey: SECRET_ACCESS_KEY,
    sessionToken: SESSION_TOKEN,
    expiration: new Date('2030-01-01T00:00:00Z'),
  }
  for (const session of result)
    expect(session).toMatchObject({ userSub: 'alice', credentials, identityId: undefined })
  expect(requests).toBe(1)
  expect((await broker.counting(() => fetchAuthSession({ forceRefresh: true }))).requests).toBe(1)
})

it('sends a new request after sign-out, and none for a guest', async () => {
  signedIn = await broker.token()
  await fetchAuthSession()
  await clearCredentials()
  expect((await broker.counting(() => fetchAuthSession())).requests).toBe(1)
  signedIn = undefined
  const guest = await broker.counting(() => fetchAuthSession())
  expect([guest.result.credentials, guest.requests]).toEqual([undefined, 0])
})

it('rejects with the code of the broker’s refusal', async () => {
  signedIn = await broker.token({ blocked: true })
  await expect(fetchAuthSession()).rejects.toMatchObject({
    name: 'TokenBrokerError',
    code: 'access_denied',
  })
})
