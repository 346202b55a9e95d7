/** Amplify's custom credentials provider: its shape, the token that it sends, changes of user. */
import { beforeEach, expect, it, vi } from 'vitest'
import { forAmplify } from '../../../packages/client/src/index.ts'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { issueUntil, refuse } from './broker-responses.ts'

const server = useScriptedServer(refuse('internal'))
beforeEach(() => {
  server.respond = issueUntil(() => Date.now() + 3_600_000)
})

it('returns the shape that Amplify expects, caches credentials, refreshes if forced', async () => {
  const provider = forAmplify({ endpoint: server.url, token: 'subject-token' })
  expect(await provider.getCredentialsAndIdentityId()).toEqual({
    credentials: {
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: expect.any(Date),
    },
  })
  const cached = await provider.getCredentialsAndIdentityId({ forceRefresh: undefined })
  const fresh = await provider.getCredentialsAndIdentityId({ forceRefresh: true })
  expect([cached?.credentials.accessKeyId, fresh?.credentials.accessKeyId]).toEqual([
    'ASIA1',
    'ASIA2',
  ])
})

it('sends the ID token of Amplify’s session, and returns nothing for a guest', async () => {
  const provider = forAmplify({ endpoint: server.url })
  expect(await provider.getCredentialsAndIdentityId({})).toBeUndefined()
  expect(await provider.getCredentialsAndIdentityId(tokensOf('alice', 'id-token'))).toBeDefined()
  expect(sentTokens()).toEqual(['id-token'])
})

it('discards the credentials when the session becomes a guest’s without a sign-out', async () => {
  const provider = forAmplify({ endpoint: server.url })
  await provider.getCredentialsAndIdentityId(tokensOf('alice'))
  await provider.getCredentialsAndIdentityId({ tokens: undefined })
  await provider.getCredentialsAndIdentityId(tokensOf('alice'))
  expect(server.received).toHaveLength(2)
})

it('caches the credentials across a user’s token renewals, but not for another user', async () => {
  const provider = forAmplify({ endpoint: server.url })
  await provider.getCredentialsAndIdentityId(tokensOf('alice', 'first'))
  await provider.getCredentialsAndIdentityId(tokensOf('alice', 'second'))
  const bobs = await provider.getCredentialsAndIdentityId(tokensOf('bob', 'third'))
  expect([bobs?.credentials.accessKeyId, sentTokens()]).toEqual(['ASIA2', ['first', 'third']])
})

it('discards the credentials on sign-out, also those of a pending request', async () => {
  const provider = forAmplify({ endpoint: server.url })
  const pending = provider.getCredentialsAndIdentityId(tokensOf('alice'))
  await vi.waitFor(() => expect(server.received).toHaveLength(1))
  provider.clearCredentialsAndIdentityId()
  const bob = await provider.getCredentialsAndIdentityId(tokensOf('bob'))
  await pending
  expect(sentTokens()).toEqual(['alice', 'bob'])
  expect(await provider.getCredentialsAndIdentityId(tokensOf('bob'))).toEqual(bob)
  expect(server.received).toHaveLength(2)
})

/** In the shape that Amplify passes to the provider. */
function tokensOf(sub: string, token = sub) {
  return { tokens: { idToken: { payload: { sub }, toString: () => token } } }
}

function sentTokens(): (string | undefined)[] {
  return server.received.map(({ headers }) => headers.authorization?.replace('Bearer ', ''))
}
