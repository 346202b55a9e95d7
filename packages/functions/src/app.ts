/** The broker's routes: which door answers which path. */
import {
  BrokerError,
  type Caller,
  type CredentialRequest,
  type Dependencies,
  explainDecision,
  type Issued,
  issueCredentials,
  type JWK,
  type Released,
  releaseWebIdentity,
} from '@token-broker/core'
import type { App, HttpRequest, HttpResponse } from './http.ts'
import { rememberRefusals } from './refusal-cache.ts'
import { CONTAINER_PATH, containerDoor } from './surfaces/container.ts'
import { allowOrigin, preflightResponse } from './surfaces/cors.ts'
import type { Door } from './surfaces/door.ts'
import { explainResponse } from './surfaces/explain.ts'
import { discoveryResponse, jwksResponse } from './surfaces/issuer-documents.ts'
import { nativeDoor, parseNativeRequest } from './surfaces/native.ts'
import { problemResponse } from './surfaces/problem.ts'
import { refuseAction, stsQueryDoor } from './surfaces/sts-query.ts'
import { tokenExchangeDoor, wantsWebIdentity, webIdentityDoor } from './surfaces/token-exchange.ts'

export interface AppParts extends Dependencies {
  /** Whether some tenant lets pages of this origin call. */
  readonly allowsOrigin: (origin: string) => Promise<boolean>
  readonly publicKeys: () => Promise<{ readonly keys: readonly JWK[] }>
  readonly explain: boolean
}

type Route = (request: HttpRequest) => Promise<HttpResponse>
type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

function createRoutes(parts: AppParts): Routes {
  const issue =
    (door: Door): Route =>
    (request) =>
      answer(issueCredentials, door, request, parts)
  const sts = issue(stsQueryDoor)
  const stsQuery: Route = async (request) => refuseAction(request, parts.newId()) ?? sts(request)
  const exchange = issue(tokenExchangeDoor(parts.now))
  const issueOrRepeat = rememberRefusals()
  return {
    '/v1/credentials': { POST: issue(nativeDoor) },
    '/v1/token': {
      POST: async (request) =>
        wantsWebIdentity(request) ? answer(releaseWebIdentity, webIdentityDoor, request, parts) : exchange(request),
    },
    '/': { POST: stsQuery },
    '/sts': { POST: stsQuery },
    // The AWS SDK for JavaScript ends an endpoint's path with a slash.
    '/sts/': { POST: stsQuery },
    [CONTAINER]: { GET: (request) => answer(issueOrRepeat(request), containerDoor, request, parts) },
    ...(parts.explain ? { '/v1/explain': { POST: (request: HttpRequest) => answerExplain(request, parts) } } : {}),
    '/.well-known/openid-configuration': { GET: async () => discoveryResponse(parts.brokerIssuer) },
    '/.well-known/jwks.json': { GET: async () => jwksResponse(await parts.publicKeys()) },
    '/healthz': { GET: async () => ({ status: 200, headers: PLAIN, body: 'ok' }) },
  }
}

const CONTAINER = '/v1/tenants/{tenant}/grants/{grant}/credentials'
const PLAIN = { 'content-type': 'text/plain', 'cache-control': 'no-store' }

/** Makes the app; it never throws, and every answer is one of ours. */
export function createApp(parts: AppParts): App {
  const routes = createRoutes(parts)
  return async (request) => {
    try {
      return await route(request, routes, parts)
    } catch (error) {
      const refusal =
        error instanceof BrokerError ? error : new BrokerError('internal', 'The request failed unforeseen.')
      return problemResponse(refusal, parts.newId())
    }
  }
}

async function route(request: HttpRequest, routes: Routes, parts: AppParts): Promise<HttpResponse> {
  const path = CONTAINER_PATH.test(request.path) ? CONTAINER : request.path
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!methods) return noSuchRoute(404, parts)
  const allow = Object.keys(methods).join(', ')
  if (request.method === 'OPTIONS') return preflightResponse(request, allow, await originAllowed(request, parts))
  const answer = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
  if (answer) return answer(request)
  const response = noSuchRoute(405, parts)
  return { ...response, headers: { ...response.headers, allow } }
}

type Decide<Outcome> = (
  read: () => CredentialRequest,
  caller: Caller,
  deps: Dependencies,
) => Promise<Outcome | BrokerError>

async function answer<Outcome extends Issued | Released>(
  decide: Decide<Outcome>,
  door: Door<Outcome>,
  request: HttpRequest,
  parts: AppParts,
): Promise<HttpResponse> {
  const caller = callerOf(request, door.surface, parts)
  const outcome = await decide(() => door.parse(request), caller, parts)
  const { origin } = request.headers
  if (outcome instanceof BrokerError)
    return allowOrigin(door.refused(outcome, caller.requestId), origin, await originAllowed(request, parts))
  const response = door.issued(outcome, caller.requestId)
  if (origin === undefined) return response
  const tenant = await parts.tenants.load(outcome.tenant).catch(() => undefined)
  const origins = tenant?.allowedOrigins ?? []
  return allowOrigin(response, origin, origins.includes(origin))
}

async function answerExplain(request: HttpRequest, parts: AppParts): Promise<HttpResponse> {
  const caller = callerOf(request, 'explain', parts)
  return explainResponse(await explainDecision(() => parseNativeRequest(request), caller, parts))
}

function callerOf(request: HttpRequest, surface: string, parts: AppParts): Caller {
  const { clientIp, signal, headers } = request
  return { requestId: parts.newId(), surface, clientIp, userAgent: headers['user-agent'], signal }
}

/** A store that cannot say allows none. */
async function originAllowed({ headers }: HttpRequest, parts: AppParts): Promise<boolean> {
  return headers.origin !== undefined && parts.allowsOrigin(headers.origin).catch(() => false)
}

function noSuchRoute(status: 404 | 405, parts: AppParts): HttpResponse {
  const what = status === 404 ? 'There is no such route.' : 'The route does not take this method.'
  const refusal = new BrokerError('invalid_request', what, { callerMessage: what })
  const response = problemResponse(refusal, parts.newId())
  return { ...response, status, body: response.body.replace('"status":400', `"status":${status}`) }
}
