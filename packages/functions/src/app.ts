/** The broker's routes: which door answers which path. */
import {
  BrokerError,
  type Caller,
  type CredentialRequest,
  type Dependencies,
  explainDecision,
  issueCredentials,
  type JWK,
} from '@token-broker/core'
import type { App, HttpRequest, HttpResponse } from './http.ts'
import { allowOrigin, preflightResponse } from './surfaces/cors.ts'
import { explainResponse } from './surfaces/explain.ts'
import { discoveryResponse, jwksResponse } from './surfaces/issuer-documents.ts'
import { nativeResponse, parseNativeRequest } from './surfaces/native.ts'
import { problemResponse } from './surfaces/problem.ts'

export interface AppParts extends Dependencies {
  /** Whether some tenant lets pages of this origin call. */
  readonly allowsOrigin: (origin: string) => boolean
  readonly publicKeys: () => Promise<{ readonly keys: readonly JWK[] }>
  readonly explain: boolean
}

type Route = (request: HttpRequest, parts: AppParts) => Promise<HttpResponse>

const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/v1/credentials': { POST: answerCredentials },
  '/v1/explain': { POST: answerExplain },
  '/.well-known/openid-configuration': { GET: async (_, parts) => discoveryResponse(parts.brokerIssuer) },
  '/.well-known/jwks.json': { GET: async (_, parts) => jwksResponse(await parts.publicKeys()) },
  '/healthz': {
    GET: async () => ({
      status: 200,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body: 'ok',
    }),
  },
}

/** Makes the app; it never throws, and every answer is one of ours. */
export function createApp(parts: AppParts): App {
  return async (request) => {
    try {
      return await route(request, parts)
    } catch (error) {
      const refusal =
        error instanceof BrokerError ? error : new BrokerError('internal', 'The request failed unforeseen.')
      return problemResponse(refusal, parts.newId())
    }
  }
}

async function route(request: HttpRequest, parts: AppParts): Promise<HttpResponse> {
  const methods = Object.hasOwn(ROUTES, request.path) ? ROUTES[request.path] : undefined
  if (!methods || (request.path === '/v1/explain' && !parts.explain)) return noSuchRoute(404, parts)
  if (request.method === 'OPTIONS') return preflightResponse(request, originAllowed(request, parts))
  const answer = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (!answer) {
    const response = noSuchRoute(405, parts)
    return { ...response, headers: { ...response.headers, allow: Object.keys(methods).join(', ') } }
  }
  return answer(request, parts)
}

async function answerCredentials(request: HttpRequest, parts: AppParts): Promise<HttpResponse> {
  const caller = callerOf(request, 'native', parts)
  const outcome = await issueCredentials(() => parse(request), caller, parts)
  if (outcome instanceof BrokerError) {
    return allowOrigin(
      problemResponse(outcome, caller.requestId),
      request.headers.origin,
      originAllowed(request, parts),
    )
  }
  const origins = (await parts.tenants.load(outcome.tenant))?.allowedOrigins ?? []
  const { origin } = request.headers
  return allowOrigin(
    nativeResponse(outcome, caller.requestId),
    origin,
    origin !== undefined && origins.includes(origin),
  )
}

async function answerExplain(request: HttpRequest, parts: AppParts): Promise<HttpResponse> {
  const decision = await explainDecision(() => parse(request), callerOf(request, 'explain', parts), parts)
  return explainResponse(decision)
}

const parse = (request: HttpRequest): CredentialRequest => parseNativeRequest(request)

function callerOf(request: HttpRequest, surface: string, parts: AppParts): Caller {
  const { clientIp, signal, headers } = request
  return { requestId: parts.newId(), surface, clientIp, userAgent: headers['user-agent'], signal }
}

function originAllowed({ headers }: HttpRequest, parts: AppParts): boolean {
  return headers.origin !== undefined && parts.allowsOrigin(headers.origin)
}

function noSuchRoute(status: 404 | 405, parts: AppParts): HttpResponse {
  const what = status === 404 ? 'There is no such route.' : 'The route does not take this method.'
  const refusal = new BrokerError('invalid_request', what, { callerMessage: what })
  const response = problemResponse(refusal, parts.newId())
  return { ...response, status, body: response.body.replace('"status":400', `"status":${status}`) }
}
