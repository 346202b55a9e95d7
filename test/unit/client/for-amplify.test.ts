/** Amplify's custom credentials provider: its shape, whose token it sends, and what signing out forgets. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { forAmplify } from '../../../packages/client/src/index.ts'
import { type AnsweringServer, issueUntil, startAnsweringServer } from './answering-server.ts'

let server: AnsweringServer

beforeEach(async () => {
  server = await startAnsweringServer()
  server.answerWith(issueUntil(() => Date.now() + 3_600_000))
})

afterEach(() => server.close())

const sentTokens = () => server.seen.map(({ headers }) => headers.authorization?.replace('Bearer ', ''))

it('answers as Amplify asks, keeps the credentials, and refreshes when forced', async () => {
  const provider = forAmplify({ endpoint: server.url, token: 'subject-token' })
  expect(await provider.getCredentialsAndIdentityId()).toEqual({
    credentials: {
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: expect.any(Date),
    },
  })
  const kept = await provider.getCredentialsAndIdentityId({ forceRefresh: undefined })
  const fresh = await provider.getCredentialsAndIdentityId({ forceRefresh: true })
  expect([kept?.credentials.accessKeyId, fresh?.credentials.accessKeyId]).toEqual(['ASIA1', 'ASIA2'])
})

it('sends the ID token of Amplify’s session, and gives a guest nothing', async () => {
  const provider = forAmplify({ endpoint: server.url })
  expect(await provider.getCredentialsAndIdentityId({})).toBeUndefined()
  const session = { idToken: { payload: {}, toString: () => 'id-token' } }
  expect(await provider.getCredentialsAndIdentityId({ tokens: session })).toBeDefined()
  expect(sentTokens()).toEqual(['id-token'])
})

it('forgets the credentials when it sees a guest, should nobody have said that the user signed out', async () => {
  const provider = forAmplify({ endpoint: server.url })
  const session = { idToken: { toString: () => 'id-token' } }
  await provider.getCredentialsAndIdentityId({ tokens: session })
  await provider.getCredentialsAndIdentityId({ tokens: undefined })
  await provider.getCredentialsAndIdentityId({ tokens: session })
  expect(server.seen).toHaveLength(2)
})

it('forgets the credentials when the user signs out, also those on their way', async () => {
  const provider = forAmplify({ endpoint: server.url })
  const tokensOf = (user: string) => ({ tokens: { idToken: { toString: () => user } } })
  const onTheWay = provider.getCredentialsAndIdentityId(tokensOf('alice'))
  while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  provider.clearCredentialsAndIdentityId()
  const bob = await provider.getCredentialsAndIdentityId(tokensOf('bob'))
  await onTheWay
  expect(sentTokens()).toEqual(['alice', 'bob'])
  expect(await provider.getCredentialsAndIdentityId(tokensOf('bob'))).toEqual(bob)
  expect(server.seen).toHaveLength(2)
})
