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

/** As Amplify decodes it. */
const tokensOf = (sub: string, token = sub) => ({
  tokens: { idToken: { payload: { sub }, toString: () => token } },
})
const sentTokens = () =>
  server.seen.map(({ headers }) => headers.authorization?.replace('Bearer ', ''))

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
  expect([kept?.credentials.accessKeyId, fresh?.credentials.accessKeyId]).toEqual([
    'ASIA1',
    'ASIA2',
  ])
})

it('sends the ID token of Amplify’s session, and gives a guest nothing', async () => {
  const provider = forAmplify({ endpoint: server.url })
  expect(await provider.getCredentialsAndIdentityId({})).toBeUndefined()
  expect(await provider.getCredentialsAndIdentityId(tokensOf('alice', 'id-token'))).toBeDefined()
  expect(sentTokens()).toEqual(['id-token'])
})

it('forgets the credentials when it sees a guest, should nobody have said that the user signed out', async () => {
  const provider = forAmplify({ endpoint: server.url })
  await provider.getCredentialsAndIdentityId(tokensOf('alice'))
  await provider.getCredentialsAndIdentityId({ tokens: undefined })
  await provider.getCredentialsAndIdentityId(tokensOf('alice'))
  expect(server.seen).toHaveLength(2)
})

it('keeps the credentials while a user’s token is renewed, and gives another user none of them', async () => {
  const provider = forAmplify({ endpoint: server.url })
  await provider.getCredentialsAndIdentityId(tokensOf('alice', 'first'))
  await provider.getCredentialsAndIdentityId(tokensOf('alice', 'second'))
  const bobs = await provider.getCredentialsAndIdentityId(tokensOf('bob', 'third'))
  expect([bobs?.credentials.accessKeyId, sentTokens()]).toEqual(['ASIA2', ['first', 'third']])
})

it('forgets the credentials when the user signs out, also those on their way', async () => {
  const provider = forAmplify({ endpoint: server.url })
  const onTheWay = provider.getCredentialsAndIdentityId(tokensOf('alice'))
  while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  provider.clearCredentialsAndIdentityId()
  const bob = await provider.getCredentialsAndIdentityId(tokensOf('bob'))
  await onTheWay
  expect(sentTokens()).toEqual(['alice', 'bob'])
  expect(await provider.getCredentialsAndIdentityId(tokensOf('bob'))).toEqual(bob)
  expect(server.seen).toHaveLength(2)
})
