/** The sign-in of the page: what it sends to a provider, and what it accepts from one. */
import { createHash } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { GameConfig, SignInProvider } from '../../packages/game/src/data/game-config.ts'
import {
  beginSignIn,
  finishSignIn,
  readSignInResponse,
} from '../../packages/game/src/sign-in/authorization-code.ts'
import { closeAfterTests, startServer } from '../fixtures/index.ts'
import { createTestStore } from './game-account.ts'

const PAGE = 'https://play.lantern.example/'
const tab = createTestStore()
let config: GameConfig
let response: { status: number; body: object }
let requests: URLSearchParams[] = []

beforeAll(async () => {
  const server = await closeAfterTests(
    startServer(async (request, outgoing) => {
      let body = ''
      for await (const part of request) body += part
      requests.push(new URLSearchParams(body))
      outgoing.writeHead(response.status, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify(response.body))
    }),
  )
  const provider = (id: string, kind: SignInProvider['kind']): SignInProvider => ({
    ...{ id, kind, label: id, login: `${id}.example`, clientId: 'game', scope: 'openid' },
    ...{ authorize: 'https://id.example/authorize?x=1', token: server.url },
  })
  const nowhere = { id: '', endpoint: '' }
  config = {
    ...{ region: '', pool: nowhere, board: nowhere, s3: { endpoint: '', bucket: '' } },
    dynamodb: { endpoint: '', profiles: '', scores: '', index: '' },
    providers: [provider('jwt', 'id-token'), provider('opaque', 'opaque')],
  }
})
beforeEach(() => {
  requests = []
})

const begin = async (index: number) => {
  const provider = config.providers[index]
  if (!provider) throw new Error('no provider')
  return (await beginSignIn(tab, provider, PAGE)).searchParams
}
const finish = (state: string | null, error?: string) => {
  const code = error === undefined ? 'c' : undefined
  return finishSignIn(tab, config, { code, state: state ?? '', error }, PAGE)
}
const idToken = (claims: object) =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'x'].join('.')

it('sends a challenge, a state and a nonce that are new each time', async () => {
  const [first, second] = [await begin(0), await begin(0)]
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(first.get(name)).not.toBe(second.get(name))
  expect(Object.fromEntries(second)).toMatchObject({
    ...{ x: '1', response_type: 'code', client_id: 'game', redirect_uri: PAGE },
    ...{ scope: 'openid', code_challenge_method: 'S256' },
  })
})

it('exchanges the code with the verifier of the challenge, once', async () => {
  const sent = await begin(1)
  response = { status: 200, body: { access_token: 'opaque-token' } }
  const login = await finish(sent.get('state'))
  expect(login).toEqual({ provider: 'opaque', login: 'opaque.example', token: 'opaque-token' })
  const [request] = requests
  const verifier = request?.get('code_verifier') ?? ''
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  expect(challenge).toBe(sent.get('code_challenge'))
  await expect(finish(sent.get('state'))).rejects.toThrow('was not started in this tab')
  expect(requests).toHaveLength(1)
})

it('sends no code to anyone if the state is another one, and forgets the verifier', async () => {
  const sent = await begin(1)
  await expect(finish('other')).rejects.toThrow('was not started in this tab')
  await expect(finish(sent.get('state'))).rejects.toThrow('was not started in this tab')
  expect(requests).toEqual([])
  expect(tab.keys()).toEqual([])
})

it('accepts an ID token with its nonce only', async () => {
  const sent = await begin(0)
  const token = idToken({ nonce: sent.get('nonce') })
  response = { status: 200, body: { id_token: token } }
  expect(await finish(sent.get('state'))).toMatchObject({ token })
  for (const claims of [{ nonce: 'other' }, {}]) {
    const again = await begin(0)
    response = { status: 200, body: { id_token: idToken(claims) } }
    await expect(finish(again.get('state'))).rejects.toThrow('is from another sign-in')
  }
})

it.each([
  ['the code is refused', 400, { error: 'invalid_grant' }, 'did not accept the sign-in'],
  ['there is no token', 200, {}, 'sent no token'],
  ['the token is no text', 200, { access_token: 1 }, 'sent no token'],
])('says so if %s', async (_, status, body, message) => {
  const sent = await begin(1)
  response = { status, body }
  await expect(finish(sent.get('state'))).rejects.toThrow(message)
})

it('says so if the player cancels, or the provider has an error', async () => {
  const cancelled = await begin(1)
  const promise = finish(cancelled.get('state'), 'access_denied')
  await expect(promise).rejects.toThrow('You did not sign in with opaque')
  const failed = await begin(1)
  const other = finish(failed.get('state'), 'server_error')
  await expect(other).rejects.toThrow('opaque could not sign you in')
})

it('reads a response from the address, and nothing else', () => {
  expect(readSignInResponse(new URL(`${PAGE}?code=c&state=s&iss=x`))).toEqual({
    ...{ code: 'c', state: 's', error: undefined },
  })
  expect(readSignInResponse(new URL(`${PAGE}?utm=1`))).toBeUndefined()
})
