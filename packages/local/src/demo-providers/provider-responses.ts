/** Requests to demo providers, and their responses. */
import { type HttpRequest, type HttpResponse, MAX_BODY_BYTES } from '@token-broker/functions'

/** A request to one provider, below whose URL the routes are. */
export interface ProviderRequest {
  readonly query: URLSearchParams
  /** Of a form in the body; empty for other bodies. */
  readonly form: URLSearchParams
  readonly headers: HttpRequest['headers']
}

export type ProviderRoute = (request: ProviderRequest) => HttpResponse | Promise<HttpResponse>

/** By path, then by method. */
type ProviderRoutes = Readonly<
  Record<string, Readonly<Partial<Record<'GET' | 'POST', ProviderRoute>>>>
>

/** A stand-in of an identity provider, below a path of its own. */
export interface DemoProvider {
  /** Without slashes. */
  readonly name: string
  readonly routes: ProviderRoutes
  /** Which routes a page may call: those that a page needs, and none with the app's secret. */
  readonly forPages: readonly string[]
  /** CSS text of the sign-in page, which `GET /style.css` returns. */
  readonly style: string
}

const NO_STORE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export function providerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...NO_STORE, ...headers },
    body: JSON.stringify(body),
  }
}

/** 303: the form is sent to this provider only, and never to the app (RFC 9700 §4.12). */
export function providerRedirect(location: string): HttpResponse {
  const headers = { location, 'referrer-policy': 'no-referrer', ...NO_STORE }
  return { status: 303, headers, body: '' }
}

/** The token of the header `Authorization: Bearer`. */
export function bearerToken({ headers }: ProviderRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

export function toProviderRequest({ headers, query, body }: HttpRequest): ProviderRequest {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim()
  const isForm = type === 'application/x-www-form-urlencoded'
  const isShort = body !== undefined && body.length <= MAX_BODY_BYTES
  return {
    query: new URLSearchParams(query ?? ''),
    form: new URLSearchParams(isForm && isShort ? Buffer.from(body).toString() : ''),
    headers,
  }
}
