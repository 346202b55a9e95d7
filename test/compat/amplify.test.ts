/** Amplify's own singleton with our credentials provider, against the broker: whose credentials its session holds. */
import {
  Amplify,
  type CredentialsAndIdentityIdProvider,
  clearCredentials,
  decodeJWT,
  fetchAuthSession,
} from '@aws-amplify/core'
import { afterAll, beforeAll, beforeEach, expect, expectTypeOf, it } from 'vitest'
import { type AmplifyCredentialsProvider, forAmplify } from '../../packages/client/src/index.ts'
import { type ServedBroker, serveBroker } from '../fixtures/served-broker.ts'
import { SECRET_ACCESS_KEY, SESSION_TOKEN } from '../fixtures/sts-server.ts'

let broker: ServedBroker
let signedIn: string | undefined

beforeAll(async () => {
  broker = await serveBroker()
})
beforeEach(() => {
  const getTokens = async () => {
    const jwt = signedIn === undefined ? undefined : decodeJWT(signedIn)
    return jwt ? { idToken: jwt, accessToken: jwt } : null
  }
  const credentialsProvider = forAmplify({ endpoint: broker.url, grant: 'read' })
  Amplify.configure({}, { Auth: { tokenProvider: { getTokens }, credentialsProvider } })
})
afterAll(() => broker.close())

it('is a credentials provider to Amplify’s types', () => {
  expectTypeOf<AmplifyCredentialsProvider>().toExtend<CredentialsAndIdentityIdProvider>()
})

it('fills the session of who is signed in, once', async () => {
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

it('asks anew after signing out, and gives a guest nothing', async () => {
  signedIn = await broker.token()
  await fetchAuthSession()
  await clearCredentials()
  expect((await broker.counting(() => fetchAuthSession())).requests).toBe(1)
  signedIn = undefined
  const guest = await broker.counting(() => fetchAuthSession())
  expect([guest.result.credentials, guest.requests]).toEqual([undefined, 0])
})

it('rejects with the broker’s reason', async () => {
  signedIn = await broker.token({ blocked: true })
  await expect(fetchAuthSession()).rejects.toMatchObject({
    name: 'TokenBrokerError',
    code: 'access_denied',
  })
})
