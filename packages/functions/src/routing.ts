/** Finds the route that answers a request, and answers by itself where there is none or where it fails. */
import { BrokerError } from '@token-broker/core'
import type { App, HttpRequest, HttpResponse } from './http.ts'
import { problemResponse } from './surfaces/problem.ts'

export type Route = (request: HttpRequest) => Promise<HttpResponse>
/** By path, then by method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

export interface RouterOptions {
  readonly routes: Routes
  readonly newId: () => string
  /** The name among the routes of a path that has parameters in it. */
  readonly nameOf?: (path: string) => string
  /** Answers `OPTIONS`, given the methods of the path. */
  readonly preflight?: (request: HttpRequest, allow: string) => Promise<HttpResponse>
  /** Is told of each failure that no route has answered itself. */
  readonly onFailure?: (refusal: BrokerError, requestId: string) => void
}

/** Makes the app; it never throws, and every answer is one of ours. */
export function createRouter(options: RouterOptions): App {
  return async (request) => {
    try {
      return await route(request, options)
    } catch (error) {
      const refusal =
        error instanceof BrokerError ? error : new BrokerError('internal', 'The request failed unforeseen.')
      const requestId = options.newId()
      options.onFailure?.(refusal, requestId)
      return problemResponse(refusal, requestId)
    }
  }
}

async function route(request: HttpRequest, { routes, newId, nameOf, preflight }: RouterOptions): Promise<HttpResponse> {
  const path = nameOf ? nameOf(request.path) : request.path
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) return noSuchRoute(404, newId())
  const allow = Object.keys(methods).join(', ')
  if (preflight && request.method === 'OPTIONS') return preflight(request, allow)
  const answer = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (answer) return answer(request)
  const response = noSuchRoute(405, newId())
  return { ...response, headers: { ...response.headers, allow } }
}

function noSuchRoute(status: 404 | 405, requestId: string): HttpResponse {
  const what = status === 404 ? 'There is no such route.' : 'The route does not take this method.'
  const refusal = new BrokerError('invalid_request', what, { callerMessage: what })
  const response = problemResponse(refusal, requestId)
  return { ...response, status, body: response.body.replace('"status":400', `"status":${status}`) }
}
