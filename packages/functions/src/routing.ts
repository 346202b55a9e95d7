/** Finds the route that answers a request; where there is none, or where it fails, the refusal has an answer of its own. */
import { BrokerError } from '@token-broker/core'
import type { App, HttpRequest, HttpResponse } from './http.ts'
import { problemResponse } from './surfaces/problem.ts'

export type Route = (request: HttpRequest) => Promise<HttpResponse>
/** By path, then by method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

export interface RouterOptions {
  readonly routes: Routes
  /** Answers what no route has answered; must not throw. */
  readonly refuse: (refusal: BrokerError, request: HttpRequest) => Promise<HttpResponse>
  /** The name among the routes of a path that has parameters in it. */
  readonly nameOf?: (path: string) => string
  /** Answers `OPTIONS`, given the methods of the path. */
  readonly preflight?: (request: HttpRequest, allow: string) => Promise<HttpResponse>
}

/** `invalid_request`, with the status that HTTP has for it. */
export class NoSuchRoute extends BrokerError {
  /** The methods of the path; undefined: there is no such path. */
  readonly allow: string | undefined

  constructor(allow?: string) {
    const what =
      allow === undefined ? 'There is no such route.' : 'The route does not take this method.'
    super('invalid_request', what, { callerMessage: what })
    this.allow = allow
  }
}

/** Makes the app; it never throws, and every answer is one of ours. */
export function createRouter(options: RouterOptions): App {
  return async (request) => {
    try {
      return await route(request, options)
    } catch (error) {
      const refusal =
        error instanceof BrokerError
          ? error
          : new BrokerError('internal', 'The request failed unforeseen.')
      return options.refuse(refusal, request)
    }
  }
}

async function route(
  request: HttpRequest,
  { routes, nameOf, preflight }: RouterOptions,
): Promise<HttpResponse> {
  const path = nameOf ? nameOf(request.path) : request.path
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) throw new NoSuchRoute()
  const allow = Object.keys(methods).join(', ')
  if (preflight && request.method === 'OPTIONS') return preflight(request, allow)
  const answer = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (!answer) throw new NoSuchRoute(allow)
  return answer(request)
}

/** The answer to what no route has answered. */
export function unroutedResponse(refusal: BrokerError, requestId: string): HttpResponse {
  const response = problemResponse(refusal, requestId)
  if (!(refusal instanceof NoSuchRoute)) return response
  const { allow } = refusal
  const status = allow === undefined ? 404 : 405
  return {
    status,
    headers: { ...response.headers, ...(allow === undefined ? {} : { allow }) },
    body: response.body.replace('"status":400', `"status":${status}`),
  }
}
