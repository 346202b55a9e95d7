/** Sign-in at the demo providers of the game: with a code and PKCE, and what is refused. */
import { request } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  FACETS_PEOPLE,
  LANTERN_PEOPLE,
  LOOKOUT_PEOPLE,
  RIVERBEND_PEOPLE,
} from '../../packages/local/src/demo-providers/demo-people.ts'
import {
  CHALLENGE,
  PAGE_ORIGIN,
  PROVIDER_NAMES,
  REDIRECT_URI,
  type SignInClient,
  startProvidersForTest,
} from './demo-sign-in.ts'

const PEOPLE = {
  riverbend: RIVERBEND_PEOPLE,
  facets: FACETS_PEOPLE,
  lookout: LOOKOUT_PEOPLE,
  lantern: LANTERN_PEOPLE,
}

let providers: SignInClient
let nowMs = Date.now()
beforeAll(async () => {
  providers = await startProvidersForTest(() => nowMs)
})

const codeOf = (provider: keyof typeof PEOPLE) =>
  providers.codeOf(provider, PEOPLE[provider][0]?.id ?? '')

describe.each(PROVIDER_NAMES)('%s', (provider) => {
  it('shows everyone who can sign in, under a strict policy', async () => {
    const response = await fetch(providers.authorizeUrl(provider))
    const html = await response.text()
    expect(response.status).toBe(200)
    for (const { name } of PEOPLE[provider]) expect(html).toContain(name)
    expect(html).not.toMatch(/<script|style=|javascript:/)
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'self'; form-action 'self' ${PAGE_ORIGIN}; ` +
        "frame-ancestors 'none'; base-uri 'none'",
    )
    const style = await fetch(`${providers.url}/${provider}/style.css`)
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  it('returns to the app with a code and the state', async () => {
    const person = PEOPLE[provider][0]?.id ?? ''
    const url = await providers.click(provider, { person })
    expect(url.origin + url.pathname).toBe(REDIRECT_URI)
    expect(url.searchParams.get('state')).toBe('state-1')
    expect(url.href).not.toContain('token')
    const { status, json, headers } = await providers.exchange(
      provider,
      url.searchParams.get('code') ?? '',
    )
    expect([status, json.token_type]).toEqual([200, expect.stringMatching(/^bearer$/i)])
    expect(headers.get('access-control-allow-origin')).toBe(PAGE_ORIGIN)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('accepts each code once', async () => {
    const code = await codeOf(provider)
    expect((await providers.exchange(provider, code)).status).toBe(200)
    expect((await providers.exchange(provider, code)).status).toBe(400)
  })

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['the challenge as the verifier', { code_verifier: CHALLENGE }],
    ['another address', { redirect_uri: `${PAGE_ORIGIN}/other` }],
  ])('accepts no code with %s, and not the same code afterwards', async (_, changes) => {
    const code = await codeOf(provider)
    expect((await providers.exchange(provider, code, changes)).status).toBe(400)
    expect((await providers.exchange(provider, code)).status).toBe(400)
  })

  it('accepts no code of an earlier time', async () => {
    const code = await codeOf(provider)
    nowMs += 301_000
    expect((await providers.exchange(provider, code)).status).toBe(400)
  })

  it('accepts no other client', async () => {
    const { status, json } = await providers.exchange(provider, await codeOf(provider), {
      client_id: 'other-app',
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(json).not.toHaveProperty('access_token')
  })

  it.each([
    ['another client', { client_id: 'other-app' }],
    ['a longer address', { redirect_uri: `${REDIRECT_URI}evil` }],
    ['another site', { redirect_uri: 'https://evil.example/' }],
    ['no address', { redirect_uri: '' }],
  ])('shows a problem, and sends nobody anywhere, for %s', async (_, changes) => {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(providers.authorizeUrl(provider, changes), {
        ...{ method, redirect: 'manual' },
      })
      expect(response.status).toBe(400)
      expect(response.headers.get('location')).toBeNull()
      expect(await response.text()).toContain('role="alert"')
    }
  })

  it.each([
    ['no PKCE', { code_challenge: '' }, 'invalid_request'],
    ['the method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no method', { code_challenge_method: '' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ])('reports to the app: %s', async (_, changes, error) => {
    const url = providers.authorizeUrl(provider, changes)
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.status).toBe(303)
    const { searchParams } = new URL(response.headers.get('location') ?? '')
    expect(searchParams.get('error')).toBe(error)
    expect(searchParams.get('state')).toBe('state-1')
  })

  it('reports to the app that a parameter is repeated', async () => {
    const url = `${providers.authorizeUrl(provider)}&state=state-2`
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.headers.get('location')).toContain('error=invalid_request')
  })

  it('reports to the app that its user cancelled', async () => {
    const { searchParams } = await providers.click(provider, { cancel: 'yes' })
    expect(searchParams.get('error')).toBe('access_denied')
    expect(searchParams.get('state')).toBe('state-1')
    expect(searchParams.has('code')).toBe(false)
  })

  it.each([
    ['a person who is not there', { person: 'nobody' }],
    ['no person', {}],
  ])('signs nobody in with %s', async (_, form) => {
    const response = await fetch(providers.authorizeUrl(provider), {
      ...{ method: 'POST', body: new URLSearchParams(form), redirect: 'manual' },
    })
    expect(response.status).toBe(400)
  })

  it.each([
    ['same-origin', 303],
    ['same-site', 400],
    ['cross-site', 400],
  ])('responds to a form that the browser calls %s with %s', async (site, status) => {
    const body = `person=${PEOPLE[provider][0]?.id}`
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': site,
    }
    const responded = await new Promise((resolve) => {
      const url = providers.authorizeUrl(provider)
      request(url, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).end(body)
    })
    expect(responded).toBe(status)
  })

  it('lets the page of the app read the response with a token, and no other page', async () => {
    const readers = [PAGE_ORIGIN, 'https://evil.example', 'null', `${PAGE_ORIGIN}.evil.example`]
    const allowed = readers.map(async (origin) => {
      const headers = { origin }
      const response = await fetch(providers.tokenUrl(provider), { method: 'OPTIONS', headers })
      return response.headers.get('access-control-allow-origin')
    })
    expect(await Promise.all(allowed)).toEqual([PAGE_ORIGIN, null, null, null])
  })

  it('has no other routes, and no other methods', async () => {
    const responses = await Promise.all([
      fetch(`${providers.url}/${provider}/constructor`),
      fetch(`${providers.url}/${provider}/../secret`),
      fetch(providers.authorizeUrl(provider), { method: 'DELETE' }),
    ])
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 405])
  })
})
