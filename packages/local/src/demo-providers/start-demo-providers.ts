/**
 * Serves the demo providers of the game: stand-ins of Amazon, Facebook and Google with their wire
 * formats, and an OpenID provider of the game itself. Their names and people are invented.
 */
import type { App, HttpRequest, HttpResponse } from '@token-broker/functions'
import type { RunningServer } from '../listen.ts'
import { listenBeforeReady } from '../listen-before-ready.ts'
import { nodeListener } from '../node-http.ts'
import { createFacets } from './facets.ts'
import { createLantern } from './lantern.ts'
import { createLookout } from './lookout.ts'
import { type DemoProvider, providerJson, toProviderRequest } from './provider-responses.ts'
import { createRiverbend } from './riverbend.ts'

export interface DemoProvidersOptions {
  /** 0 selects a free port. */
  readonly port: number
  /** Name of the app, for people. */
  readonly appName: string
  /** Client ids of the app, by provider. */
  readonly clientIds: Readonly<Record<'riverbend' | 'facets' | 'lookout' | 'lantern', string>>
  /** The app's secret at Facets, which only the broker has. */
  readonly facetsSecret: string
  /** Where users may be sent back to. Pages of their origins may exchange codes. */
  readonly redirectUris: readonly string[]
  readonly now?: () => number
}

/** @throws {PortInUse} */
export async function startDemoProviders(options: DemoProvidersOptions): Promise<RunningServer> {
  const server = await listenBeforeReady(options.port)
  server.serve(nodeListener(createDemoProviders(server.url, options)))
  return { url: server.url, close: server.close }
}

function createDemoProviders(
  url: string,
  {
    appName: name,
    clientIds,
    facetsSecret,
    redirectUris,
    now = Date.now,
  }: Omit<DemoProvidersOptions, 'port'>,
): App {
  const appOf = (provider: keyof typeof clientIds) => ({
    ...{ clientId: clientIds[provider], redirectUris, name },
  })
  const providers = [
    createRiverbend(appOf('riverbend'), now),
    createFacets(appOf('facets'), facetsSecret, now),
    createLookout(appOf('lookout'), `${url}/lookout`, now),
    createLantern(appOf('lantern'), `${url}/lantern`, now),
  ]
  const origins = redirectUris.map((uri) => new URL(uri).origin)
  return async (request) => {
    const provider = providers.find((one) => request.path.startsWith(`/${one.name}/`))
    return provider ? serveProvider(provider, request, origins) : NOT_FOUND
  }
}

const NOT_FOUND = providerJson(404, { error: 'not_found' })

async function serveProvider(
  { name, routes, forPages, style }: DemoProvider,
  request: HttpRequest,
  origins: readonly string[],
): Promise<HttpResponse> {
  const { method, headers } = request
  const path = request.path.slice(name.length + 1)
  if (path === '/style.css' && method === 'GET') return styleSheet(style)
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) return NOT_FOUND
  const isForPages = forPages.includes(path)
  const origin = origins.find((one) => isForPages && one === headers.origin)
  const response =
    method === 'OPTIONS' && isForPages
      ? preflight(Object.keys(methods), origin !== undefined)
      : await routeOf(methods, method)(toProviderRequest(request))
  return {
    ...response,
    headers: {
      ...response.headers,
      ...(isForPages ? { vary: 'Origin' } : {}),
      ...(origin === undefined ? {} : { 'access-control-allow-origin': origin }),
    },
  }
}

function routeOf(methods: NonNullable<DemoProvider['routes'][string]>, method: string) {
  const route = method === 'GET' || method === 'POST' ? methods[method] : undefined
  const allow = Object.keys(methods).join(', ')
  return route ?? (() => providerJson(405, { error: 'method_not_allowed' }, { allow }))
}

function preflight(methods: readonly string[], isAllowed: boolean): HttpResponse {
  const headers = {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'authorization, content-type',
  }
  return { status: 204, headers: isAllowed ? headers : {}, body: '' }
}

function styleSheet(body: string): HttpResponse {
  const headers = { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' }
  return { status: 200, headers, body }
}
