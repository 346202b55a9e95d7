/** Finds the route of a request; a request without one, or one whose route fails, is refused. */
import { BrokerError } from '@token-broker/core'
import { problemResponse } from './endpoints/problem.ts'
import type { App, HttpRequest, HttpResponse, Methods, Routes } from './http.ts'

export interface RouterOptions {
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

  constructor(allow?: string) {
    const message =
      allow === undefined
        ? 'There is no such route.'
        : `The route does not accept this method; it accepts ${allow}.`
    super('invalid_request', message, { callerMessage: message })
    this.status = allow === undefined ? 404 : 405
    this.allow = allow
  }
}

/** Creates the app; it never throws, and every response is one of ours. */
export function createRouter(options: RouterOptions): App {
  const { routes, parameterized = [], preflight, refuse } = options
  const route = (request: HttpRequest): Promise<HttpResponse> => {
    const { method, path } = request
    const methods = Object.hasOwn(routes, path)
      ? routes[path]
      : parameterized.find(({ pattern }) => pattern.test(path))?.methods
    if (!methods) throw new UnknownRoute()
    const found = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (found) return found(request)
    const allow = Object.keys(methods).join(', ')
    if (preflight && method === 'OPTIONS') return preflight(request, allow)
    throw new UnknownRoute(allow)
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

/** The response to a request that no route has served. */
export function unroutedResponse(refusal: BrokerError, requestId: string): HttpResponse {
  if (!(refusal instanceof UnknownRoute)) return problemResponse(refusal, requestId)
  const { status, allow } = refusal
  const response = problemResponse(refusal, requestId, status)
  return allow === undefined ? response : { ...response, headers: { ...response.headers, allow } }
}
