/** What two demo providers of the game say of their tokens, as Amazon and Facebook do. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  FACETS_PEOPLE,
  RIVERBEND_PEOPLE,
} from '../../packages/local/src/demo-providers/demo-people.ts'
import {
  CLIENT_IDS,
  FACETS_SECRET,
  PAGE_ORIGIN,
  type SignInClient,
  startProvidersForTest,
} from './demo-sign-in.ts'

let providers: SignInClient
let nowMs = Date.now()
beforeAll(async () => {
  providers = await startProvidersForTest(() => nowMs)
})

describe('Riverbend', () => {
  const call = async (path: string, headers = {}) => {
    const response = await fetch(`${providers.url}/riverbend${path}`, { headers })
    return { status: response.status, json: await response.json() }
  }

  it('says of a token what Login with Amazon says', async () => {
    const token = await providers.signIn('riverbend', RIVERBEND_PEOPLE[0]?.id ?? '')
    expect(token).toMatch(/^Atza\|/)
    nowMs += 10_000
    const query = new URLSearchParams({ access_token: token })
    expect(await call(`/auth/o2/tokeninfo?${query}`)).toEqual({
      status: 200,
      json: {
        iss: 'https://www.amazon.com',
        user_id: RIVERBEND_PEOPLE[0]?.id,
        aud: CLIENT_IDS.riverbend,
        app_id: 'amzn1.application.1234567890abcdef1234567890abcdef',
        exp: 3590,
        iat: Math.floor((nowMs - 10_000) / 1000),
      },
    })
    const { id, name, email } = RIVERBEND_PEOPLE[0] ?? {}
    const authorization = `Bearer ${token}`
    expect(await call('/user/profile', { authorization })).toEqual({
      status: 200,
      json: { user_id: id, name, email },
    })
    nowMs += 3_600_000
    expect((await call(`/auth/o2/tokeninfo?${query}`)).status).toBe(400)
    expect((await call('/user/profile', { authorization })).status).toBe(401)
  })

  it('gives the id alone where the app requests no more', async () => {
    const code = await providers.codeOf('riverbend', RIVERBEND_PEOPLE[0]?.id ?? '', {
      scope: 'profile:user_id',
    })
    const { json } = await providers.exchange('riverbend', code)
    const authorization = `Bearer ${json.access_token}`
    const profile = await call('/user/profile', { authorization })
    expect(profile.json).toEqual({ user_id: RIVERBEND_PEOPLE[0]?.id })
  })

  it('refuses requests without a token', async () => {
    expect(await call('/auth/o2/tokeninfo')).toMatchObject({
      ...{ status: 400, json: { error: 'invalid_request' } },
    })
    expect(await call('/auth/o2/tokeninfo?access_token=Atza')).toMatchObject({
      ...{ status: 400, json: { error: 'invalid_token' } },
    })
  })

  it('lets no page ask whose token it is', async () => {
    const response = await fetch(`${providers.url}/riverbend/auth/o2/tokeninfo?access_token=x`, {
      headers: { origin: PAGE_ORIGIN },
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('Facets', () => {
  const debug = async (token: string, app: string) => {
    const query = new URLSearchParams({ input_token: token, access_token: app })
    const response = await fetch(`${providers.url}/facets/debug_token?${query}`)
    return { status: response.status, json: await response.json() }
  }
  const app = `${CLIENT_IDS.facets}|${FACETS_SECRET}`

  it('says of a token to its app what Facebook says', async () => {
    const token = await providers.signIn('facets', FACETS_PEOPLE[1]?.id ?? '')
    const issuedAt = Math.floor(nowMs / 1000)
    expect(await debug(token, app)).toEqual({
      status: 200,
      json: {
        data: {
          app_id: CLIENT_IDS.facets,
          type: 'USER',
          application: 'Lantern Marsh',
          data_access_expires_at: issuedAt + 90 * 86_400,
          expires_at: issuedAt + 7200,
          is_valid: true,
          issued_at: issuedAt,
          scopes: ['public_profile'],
          user_id: FACETS_PEOPLE[1]?.id,
        },
      },
    })
    const me = await fetch(
      `${providers.url}/facets/me?${new URLSearchParams({ access_token: token })}`,
    )
    expect(await me.json()).toEqual({ name: FACETS_PEOPLE[1]?.name, id: FACETS_PEOPLE[1]?.id })
  })

  it.each(['', CLIENT_IDS.facets, `${CLIENT_IDS.facets}|`, `${app}x`, 'EAAother'])(
    'says nothing to an app with the access token %j',
    async (accessToken) => {
      const token = await providers.signIn('facets', FACETS_PEOPLE[1]?.id ?? '')
      expect(await debug(token, accessToken)).toMatchObject({
        ...{ status: 400, json: { error: { type: 'OAuthException', code: 190 } } },
      })
    },
  )

  it('says of an unknown token that it is not valid', async () => {
    expect(await debug('EAAunknown', app)).toMatchObject({
      ...{ status: 200, json: { data: { is_valid: false, error: { code: 190 } } } },
    })
  })

  it('shows no user without a token', async () => {
    const codes = ['', '?access_token=EAAx'].map(async (query) => {
      const response = await fetch(`${providers.url}/facets/me${query}`)
      return (await response.json()).error.code
    })
    expect(await Promise.all(codes)).toEqual([2500, 190])
  })

  it('lets no page use the secret of the app', async () => {
    const response = await fetch(`${providers.url}/facets/debug_token`, {
      headers: { origin: PAGE_ORIGIN },
    })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})
