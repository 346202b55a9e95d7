/** The broker's routes: which endpoint serves which path. */
import {
  BrokerError,
  type Dependencies,
  type IdentifiedCaller,
  type Issued,
  identifyCaller,
  identifyPoolCaller,
  issueCredentials,
  issueProofNonce,
  manageDeveloperIdentity,
  type RecordedCaller,
  type Released,
  type RequestFields,
  releaseWebIdentity,
} from '@token-broker/core'
import { createAgeClock } from './adapters/caching.ts'
import type { CallerLimits } from './adapters/limits/caller-limits.ts'
import { type KnownSessions, rememberingSts } from './adapters/sessions/known-sessions.ts'
import { isOriginAllowed, isOriginOf, type OriginParts } from './cross-origin.ts'
import {
  identityResponse,
  readSignedRequest,
  requestsCallerIdentity,
  unidentifiedResponse,
} from './endpoints/caller-identity.ts'
import { COGNITO_PATH, createCognitoLoader } from './endpoints/cognito.ts'
import type { CognitoEndpoints } from './endpoints/cognito-endpoints.ts'
import { CONTAINER_PATH, containerEndpoint } from './endpoints/container.ts'
import { allowOrigin, preflightResponse } from './endpoints/cors.ts'
import { offerNonces } from './endpoints/dpop-challenge.ts'
import type { Endpoint } from './endpoints/endpoint.ts'
import { explainResponse, poolExplanation } from './endpoints/explain-response.ts'
import { namesPool, readExplainedPool } from './endpoints/explained-pool.ts'
import { type FindProblems, healthRoutes } from './endpoints/health.ts'
import { issuerRoutes, type PublicKeys, unreadyIssuerRoutes } from './endpoints/issuer-documents.ts'
import { nativeEndpoint } from './endpoints/native.ts'
import { problemResponse } from './endpoints/problem.ts'
import { serviceProviderRoutes } from './endpoints/service-provider.ts'
import { stsQueryEndpoint } from './endpoints/sts-query.ts'
import {
  requestsWebIdentity,
  tokenExchangeEndpoint,
  webIdentityEndpoint,
} from './endpoints/token-exchange.ts'
import type { App, HttpRequest, HttpResponse, Methods, Route, Routes } from './http.ts'
import { decideWithin, explainWithin, receiveRequest } from './receive-request.ts'
import { rememberRefusals } from './refusal-cache.ts'
import { createRouter, refuseWithoutKeys, unroutedResponse } from './routing.ts'

export interface AppParts extends Dependencies, Omit<OriginParts, 'tenants'> {
  /** Undefined: another function publishes them, and the issuer's documents. */
  readonly publicKeys: PublicKeys | undefined
  readonly explain: boolean
  /** Undefined: GetCallerIdentity is not supported, and nothing is kept of a session. */
  readonly sessions: KnownSessions | undefined
  /** Why the broker could not start; it then refuses every request with this. */
  readonly startFailure?: BrokerError
  /** Why the broker cannot issue credentials, as anyone may know it. */
  readonly findProblems: FindProblems
  readonly limits: CallerLimits
}

/** The AWS SDK for JavaScript ends an endpoint's path with a slash. */
export const STS_PATHS = ['/', '/sts', '/sts/']

export function createApp(parts: AppParts): App {
  const loadCognito = createCognitoLoader()
  return createRouter({
    url: parts.brokerIssuer,
    routes: createRoutes(parts, loadCognito),
    // Below which path the routes are is known only after the start.
    refuse: (refusal, request) =>
      serve(issueCredentials, unroutedEndpoint(parts.startFailure ?? refusal), request, parts),
    parameterized: [
      { pattern: CONTAINER_PATH, methods: containerMethods(parts) },
      { pattern: COGNITO_PATH, methods: poolMethods(parts, loadCognito) },
    ],
    preflight: async (request, allow) =>
      preflightResponse(request, allow, await isOriginAllowed(request, parts)),
  })
}

type LoadCognito = () => Promise<CognitoEndpoints>

function createRoutes(parts: AppParts, loadCognito: LoadCognito): Routes {
  const issue =
    (endpoint: Endpoint): Route =>
    (request) =>
      serve(issueCredentials, endpoint, request, parts)
  const withNonces = (route: Route) =>
    offerNonces(route, () => issueProofNonce(parts.sessionNameKey, parts.now()))
  const stsQuery = stsRoute(parts)
  const exchange = issue(tokenExchangeEndpoint(parts.now))
  return {
    '/v1/credentials': { POST: withNonces(issue(nativeEndpoint)) },
    '/v1/token': {
      POST: withNonces(async (request) =>
        requestsWebIdentity(request)
          ? serve(releaseWebIdentity, webIdentityEndpoint, request, parts)
          : exchange(request),
      ),
    },
    ...Object.fromEntries(STS_PATHS.map((path) => [path, { POST: stsQuery }])),
    ...(parts.explain
      ? {
          '/v1/explain': {
            POST: withNonces((request) => serveExplanation(request, parts, loadCognito)),
          },
        }
      : {}),
    ...issuerRoutesOf(parts),
    ...serviceProviderRoutes(() => {
      if (parts.startFailure) throw parts.startFailure
      return parts.brokerIssuer
    }),
    ...healthRoutes(parts.findProblems),
  }
}

function issuerRoutesOf(parts: AppParts): Routes {
  const { startFailure, publicKeys } = parts
  if (!publicKeys) return {}
  if (!startFailure) return issuerRoutes(() => parts.brokerIssuer, publicKeys, refuseWithoutKeys)
  const unready = unroutedEndpoint(unreadyIssuer(startFailure), 503)
  return unreadyIssuerRoutes((request) => serve(issueCredentials, unready, request, parts))
}

/** For whom reads the issuer's documents: why there are none. */
function unreadyIssuer({ code, message }: BrokerError): BrokerError {
  const callerMessage =
    'The broker cannot issue credentials, so it is no issuer; GET /healthz?ready says why.'
  return new BrokerError(code, message, { callerMessage })
}

/**
 * Only the sessions of this endpoint are remembered. Clients of other endpoints send their calls of
 * STS to AWS.
 */
function stsRoute(parts: AppParts): Route {
  const { sessions, sts } = parts
  if (!sessions) return (request) => serve(issueCredentials, stsQueryEndpoint, request, parts)
  const remembering = { ...parts, sts: rememberingSts(sts, sessions) }
  return (request) =>
    requestsCallerIdentity(request)
      ? serveCallerIdentity(request, { ...parts, sessions })
      : serve(issueCredentials, stsQueryEndpoint, request, remembering)
}

function containerMethods(parts: AppParts): Methods {
  const issueOrRepeat = rememberRefusals(createAgeClock(parts))
  return {
    GET: (request) => serve(issueOrRepeat(request), containerEndpoint, request, parts),
  }
}

function poolMethods(parts: AppParts, loadCognito: LoadCognito): Methods {
  return {
    POST: async (request) => {
      const cognito = await loadCognito()
      if (cognito.isOfBackend(request)) return serveBackend(request, cognito, parts)
      if (cognito.requestsIdentity(request))
        return serve(identifyPoolCaller, cognito.identityEndpoint, request, parts)
      return cognito.requestsToken(request)
        ? serve(releaseWebIdentity, cognito.tokenEndpoint, request, parts)
        : serve(issueCredentials, cognito.credentialsEndpoint, request, parts)
    },
  }
}

/** Where no route has responded: the caller gets a request id, so there must be a record of it. */
function unroutedEndpoint(refusal: BrokerError, status?: number): Endpoint {
  const fail = () => {
    throw refusal
  }
  const refused = (found: BrokerError, requestId: string) =>
    unroutedResponse(found, requestId, status)
  return { name: 'none', parse: fail, issued: fail, refused }
}

type Decide<Outcome> = (
  fields: RequestFields | BrokerError,
  caller: RecordedCaller,
  ports: Dependencies,
) => Promise<Outcome | BrokerError>

async function serve<Outcome extends Issued | Released | IdentifiedCaller>(
  decide: Decide<Outcome>,
  endpoint: Endpoint<Outcome>,
  request: HttpRequest,
  parts: AppParts,
): Promise<HttpResponse> {
  const { name, parse } = endpoint
  const received = await receiveRequest(name, parse, request, parts)
  const outcome = await decideWithin(received, decide, parts)
  const { fields, caller } = received
  const { origin } = request.headers
  const parsed = fields instanceof BrokerError ? undefined : fields
  if (outcome instanceof BrokerError)
    return allowOrigin(
      endpoint.refused(outcome, caller.requestId, parsed),
      origin,
      await isOriginAllowed(request, parts),
    )
  const response = endpoint.issued(outcome, caller.requestId, parsed)
  if (origin === undefined) return response
  return allowOrigin(response, origin, await isOriginOf(outcome.tenant, request, parts))
}

async function serveExplanation(
  request: HttpRequest,
  parts: AppParts,
  loadCognito: LoadCognito,
): Promise<HttpResponse> {
  if (namesPool(request)) return servePoolExplanation(request, parts, await loadCognito())
  const { parse } = nativeEndpoint
  const received = await receiveRequest('explain', parse, request, parts)
  const { requestId } = received.caller
  const decision = await explainWithin(received, parts)
  return decision instanceof BrokerError
    ? problemResponse(decision, requestId)
    : explainResponse(decision, requestId)
}

/** Decides as the endpoint for pools, which pages of the tenant call too. */
async function servePoolExplanation(
  request: HttpRequest,
  parts: AppParts,
  { credentialsEndpoint, parseExplained }: CognitoEndpoints,
): Promise<HttpResponse> {
  const parse = (received: HttpRequest) => parseExplained(readExplainedPool(received))
  const { name } = credentialsEndpoint
  const received = await receiveRequest(name, parse, request, parts)
  const { requestId } = received.caller
  const decision = await explainWithin(received, parts)
  const isRefused = decision instanceof BrokerError || decision.refusal
  const isAllowed = isRefused
    ? isOriginAllowed(request, parts)
    : isOriginOf(decision.tenant, request, parts)
  const response =
    decision instanceof BrokerError
      ? problemResponse(decision, requestId)
      : poolExplanation(decision, requestId)
  return allowOrigin(response, request.headers.origin, await isAllowed)
}

async function serveCallerIdentity(
  request: HttpRequest,
  parts: AppParts & { readonly sessions: KnownSessions },
): Promise<HttpResponse> {
  const { name } = stsQueryEndpoint
  const received = await receiveRequest(name, readSignedRequest, request, parts)
  const outcome = await decideWithin(received, identifyCaller, parts)
  const { caller } = received
  const response =
    outcome instanceof BrokerError
      ? unidentifiedResponse(outcome, caller.requestId)
      : identityResponse(outcome, caller.requestId)
  // No page needs to know: it got the credentials itself.
  return allowOrigin(response, request.headers.origin, false)
}

async function serveBackend(
  request: HttpRequest,
  { backendEndpoint, refused }: CognitoEndpoints,
  parts: AppParts,
): Promise<HttpResponse> {
  const { name, parse, responded } = backendEndpoint
  const received = await receiveRequest(name, parse, request, parts)
  const outcome = await decideWithin(received, manageDeveloperIdentity, parts)
  const { caller } = received
  const response =
    outcome instanceof BrokerError
      ? refused(outcome, caller.requestId)
      : responded(outcome, caller.requestId)
  // A page must not have the key pair of a backend.
  return allowOrigin(response, request.headers.origin, false)
}
