/** Serves the page of the demo IdP, on which a developer gets tokens with any claims. */
import type { IncomingMessage, RequestListener } from 'node:http'
import type { HttpRequest, HttpResponse } from '@token-broker/functions'
import { type DemoForm, type DemoResult, demoPage, KINDS } from './demo-idp-page.ts'
import { DEMO_PAGE_STYLES } from './demo-idp-styles.ts'
import { nodeListener } from './node-http.ts'

export interface DemoPageOptions {
  readonly idpUrl: string
  readonly client: { readonly id: string; readonly secret: string }
  readonly brokerUrl: string | undefined
}

const PAGE_PATH = '/'
const STYLES_PATH = '/demo.css'

export function isDemoPage({ url = '' }: IncomingMessage): boolean {
  return [PAGE_PATH, STYLES_PATH].includes(url.replace(/\?.*$/, ''))
}

export function demoPageListener(options: DemoPageOptions): RequestListener {
  return nodeListener(async (request) => {
    if (!isOfThisPage(request, options.idpUrl))
      return refused(403, 'This page is for this machine.')
    if (request.path === STYLES_PATH && request.method === 'GET') return stylesResponse()
    if (request.path === PAGE_PATH && request.method === 'GET')
      return pageResponse(200, demoPage({ username: 'alice', kind: 'id_token', claims: '' }))
    if (request.path === PAGE_PATH && request.method === 'POST') return issue(request, options)
    return refused(405, 'The page accepts GET and POST.')
  })
}

/**
 * Any page on the web can send a form here, and by a host name that it lets lead to this machine
 * (DNS rebinding) it could also read the response.
 */
function isOfThisPage({ headers }: HttpRequest, idpUrl: string): boolean {
  const { host, port } = new URL(idpUrl)
  const site = headers['sec-fetch-site'] ?? 'none'
  const isFromHere = site === 'same-origin' || site === 'none'
  return isFromHere && [host, `localhost:${port}`].includes(headers.host ?? '')
}

async function issue(request: HttpRequest, options: DemoPageOptions): Promise<HttpResponse> {
  const sent = new URLSearchParams(Buffer.from(request.body ?? []).toString('utf8'))
  const form: DemoForm = {
    username: sent.get('username') ?? '',
    kind: KINDS.find(({ value }) => value === sent.get('kind'))?.value ?? 'id_token',
    claims: sent.get('claims') ?? '',
  }
  const result = await requestToken(form, options)
  return pageResponse('problem' in result ? 400 : 200, demoPage(form, result))
}

/** The page gets its tokens as every other client does. */
async function requestToken(
  { username, kind, claims }: DemoForm,
  { idpUrl, client, brokerUrl }: DemoPageOptions,
): Promise<DemoResult> {
  const { resource, member } = KINDS.find(({ value }) => value === kind) ?? KINDS[0]
  const response = await fetch(`${idpUrl}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'urn:demo:user', username, claims },
      ...{ client_id: client.id, client_secret: client.secret },
      ...(resource === undefined ? {} : { resource }),
    }),
  })
  const body: unknown = await response.json()
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const text = (name: string) => String(Object.fromEntries(fields)[name] ?? '')
  return response.ok
    ? { token: text(member), brokerUrl }
    : { problem: text('error_description') || 'The demo IdP issued no token.' }
}

const POLICY = [
  ...["default-src 'none'", "style-src 'self'", "form-action 'self'"],
  ...["frame-ancestors 'none'", "base-uri 'none'"],
].join('; ')

function pageResponse(status: number, body: string): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    body,
  }
}

function stylesResponse(): HttpResponse {
  const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }
  return { status: 200, headers, body: DEMO_PAGE_STYLES }
}

function refused(status: number, body: string): HttpResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  return { status, headers, body }
}
