/**
 * Signs in without a browser: sends cookies back, and follows redirects on the loopback interface
 * only. A redirect to another host leads to the application and is returned.
 */

export interface Page {
  readonly status: number
  readonly text: string
  readonly location: URL | undefined
}

export interface Browser {
  get(url: string): Promise<Page>
  postForm(url: string, fields: Readonly<Record<string, string>>): Promise<Page>
  send(method: 'POST' | 'PUT', url: string, json: object): Promise<Page>
}

/** For one site; each identity provider has cookies of its own. */
export function openBrowser(): Browser {
  const cookies = new Map<string, string>()

  const load = async (url: string, init: RequestInit): Promise<Page> => {
    const headers = new Headers(init.headers)
    // To a form, LemonLDAP::NG responds with a page unless JSON is requested; to the authorization
    // request, it must respond with a redirect.
    headers.set('accept', init.body === undefined ? 'text/html' : 'application/json')
    if (cookies.size > 0) headers.set('cookie', [...cookies.values()].join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair)
    }
    const target = response.headers.get('location')
    const location = target === null ? undefined : new URL(target, url)
    const text = await response.text()
    if (location?.hostname === '127.0.0.1') return load(location.href, {})
    return { status: response.status, text, location }
  }

  return {
    get: (url) => load(url, {}),
    postForm: (url, fields) => load(url, { method: 'POST', body: new URLSearchParams(fields) }),
    send: (method, url, json) =>
      load(url, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      }),
  }
}
