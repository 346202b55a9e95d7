/** The broker's routes: which door answers which path. */
import {
  BrokerError,
  type Caller,
  type CredentialRequest,
  type Dependencies,
  explainDecision,
  type Issued,
  issueCredentials,
  type Released,
  releaseWebIdentity,
} from '@token-broker/core'
import { createAgeClock } from './age-clock.ts'
import type { App, HttpRequest, HttpResponse } from './http.ts'
import { issuerRoutes, type PublicKeys } from './issuer-routes.ts'
import { rememberRefusals } from './refusal-cache.ts'
import { createRouter, type Route, type Routes, unroutedResponse } from './routing.ts'
import { CONTAINER_PATH, containerDoor } from './surfaces/container.ts'
import { allowOrigin, preflightResponse } from './surfaces/cors.ts'
import type { Door } from './surfaces/door.ts'
import { explainResponse } from './surfaces/explain.ts'
import { nativeDoor, parseNativeRequest } from './surfaces/native.ts'
import { stsQueryDoor } from './surfaces/sts-query.ts'
import { tokenExchangeDoor, wantsWebIdentity, webIdentityDoor } from './surfaces/token-exchange.ts'

export interface AppParts extends Dependencies {
  /** Whether some tenant lets pages of this origin call. */
  readonly allowsOrigin: (origin: string) => Promise<boolean>
  /** Absent: another function publishes them, and the issuer's documents. */
  readonly publicKeys: PublicKeys | undefined
  readonly explain: boolean
}

function createRoutes(parts: AppParts): Routes {
  const issue =
    (door: Door): Route =>
    (request) =>
      answer(issueCredentials, door, request, parts)
  const stsQuery = issue(stsQueryDoor)
  const exchange = issue(tokenExchangeDoor(parts.now))
  const issueOrRepeat = rememberRefusals(createAgeClock(parts))
  return {
    '/v1/credentials': { POST: issue(nativeDoor) },
    '/v1/token': {
      POST: async (request) =>
        wantsWebIdentity(request)
          ? answer(releaseWebIdentity, webIdentityDoor, request, parts)
          : exchange(request),
    },
    '/': { POST: stsQuery },
    '/sts': { POST: stsQuery },
    // The AWS SDK for JavaScript ends an endpoint's path with a slash.
    '/sts/': { POST: stsQuery },
    [CONTAINER]: {
      GET: (request) => answer(issueOrRepeat(request), containerDoor, request, parts),
    },
    ...(parts.explain
      ? { '/v1/explain': { POST: (request: HttpRequest) => answerExplain(request, parts) } }
      : {}),
    ...(parts.publicKeys ? issuerRoutes(() => parts.brokerIssuer, parts.publicKeys) : {}),
    '/healthz': { GET: async () => ({ status: 200, headers: PLAIN, body: 'ok' }) },
  }
}

const CONTAINER = '/v1/tenants/{tenant}/grants/{grant}/credentials'
const PLAIN = { 'content-type': 'text/plain', 'cache-control': 'no-store' }

export function createApp(parts: AppParts): App {
  return createRouter({
    routes: createRoutes(parts),
    refuse: (refusal, request) => answer(issueCredentials, unroutedDoor(refusal), request, parts),
    nameOf: (path) => (CONTAINER_PATH.test(path) ? CONTAINER : path),
    preflight: async (request, allow) =>
      preflightResponse(request, allow, await originAllowed(request, parts)),
  })
}

/** Where no route has answered: the caller is told a request id, so there must be a record of it. */
function unroutedDoor(refusal: BrokerError): Door {
  const fail = () => {
    throw refusal
  }
  return { surface: 'none', parse: fail, issued: fail, refused: unroutedResponse }
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
    return allowOrigin(
      door.refused(outcome, caller.requestId),
      origin,
      await originAllowed(request, parts),
    )
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
