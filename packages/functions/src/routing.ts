/** Finds the route of a request; a request without one, or one whose route fails, is refused. */
import { BrokerError } from '@token-broker/core'
import { findSimilar } from '@token-broker/core/similar-words'
import { problemResponse } from './endpoints/problem.ts'
import type { App, HttpRequest, HttpResponse, Methods, Routes } from './http.ts'

export interface RouterOptions {
  /** URL of the broker, or empty. An API mapping may serve the routes below its path. */
  readonly url: string
  readonly routes: Routes
  /** Responds where no route has; must not throw. */
  readonly refuse: (refusal: BrokerError, request: HttpRequest) => Promise<HttpResponse>
  /** Routes of paths that contain parameters, for which {@link routes} has no entry. */
  readonly parameterized?: readonly { readonly pattern: RegExp; readonly methods: Methods }[]
  /** Responds to `OPTIONS`, given the methods of the path. */
  readonly preflight?: (request: HttpRequest, allow: string) => Promise<HttpResponse>
}

/** `invalid_request`, with the status that HTTP has for it: 404, or 405 with the path's methods. */
export class UnknownRoute extends BrokerError {
  readonly status: 404 | 405
  /** The methods of the path; undefined: there is no such path. */
  readonly allow: string | undefined

  constructor(message: string, allow?: string) {
    super('invalid_request', message, { callerMessage: message })
    this.status = allow === undefined ? 404 : 405
    this.allow = allow
  }
}

/** Creates the app; it never throws, and every response is one of ours. */
export function createRouter(options: RouterOptions): App {
  const { url, routes, parameterized = [], preflight, refuse } = options
  const basePath = URL.parse(url)?.pathname.replace(/\/$/, '')
  const find = (path: string | undefined) => {
    if (path === undefined) return undefined
    const methods = Object.hasOwn(routes, path)
      ? routes[path]
      : parameterized.find(({ pattern }) => pattern.test(path))?.methods
    return methods && { path, methods }
  }
  const route = (request: HttpRequest): Promise<HttpResponse> => {
    if (request.refusal) throw request.refusal
    const { method, stage } = request
    // The complete path comes first, because a stage or a mapping may have the name `v1`, too.
    const found =
      find(request.path) ??
      find(pathBelow(basePath, request.path)) ??
      find(pathBelow(stage && `/${stage}`, request.path))
    if (!found) throw new UnknownRoute(noRoute(request.path, Object.keys(routes)))
    const { path, methods } = found
    const serve = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (serve) return serve({ ...request, path })
    const allow = Object.keys(methods).join(', ')
    if (preflight && method === 'OPTIONS') return preflight(request, allow)
    throw new UnknownRoute(noMethod(method, allow), allow)
  }
  return async (request) => {
    try {
      return await route(request)
    } catch (error) {
      const refusal =
        error instanceof BrokerError
          ? error
          : new BrokerError('internal', 'The request failed unexpectedly.')
      return refuse(refusal, request)
    }
  }
}

/**
 * Of `/broker2` below `/broker` it returns `2`, which is no route: routes begin with a slash.
 * @returns undefined if there is no prefix, or the path does not begin with it
 */
function pathBelow(prefix: string | undefined, path: string): string | undefined {
  return prefix && path.startsWith(prefix) ? path.slice(prefix.length) || '/' : undefined
}

/** A path is shown only where it is almost a route: any other one may contain a token. */
function noRoute(path: string, routes: readonly string[]): string {
  const similar = findSimilar(path, routes)
  return similar === undefined
    ? `There is no such route; the routes are ${routes.join(', ')}.`
    : `There is no route ${path}; did you mean ${similar}?`
}

function noMethod(method: string, allow: string): string {
  const shown = /^[A-Z]{1,10}$/.test(method) ? `the method ${method}` : 'this method'
  return `The route does not accept ${shown}; it accepts ${allow}.`
}

/** There are no documents of an issuer that has no key. */
export function refuseWithoutKeys(): never {
  throw new UnknownRoute(
    'The broker has no signing key, so it is no issuer: there are only pass-through grants.',
  )
}

/**
 * The response to a request that no route has served.
 * @param status of a refusal that is not an {@link UnknownRoute}; default: the code's own
 */
export function unroutedResponse(
  refusal: BrokerError,
  requestId: string,
  status?: number,
): HttpResponse {
  if (!(refusal instanceof UnknownRoute)) return problemResponse(refusal, requestId, status)
  const { allow } = refusal
  const response = problemResponse(refusal, requestId, refusal.status)
  return allow === undefined ? response : { ...response, headers: { ...response.headers, allow } }
}
