/** One request: whose it is, what it asks for, whether that is allowed, and then dynalite. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Authorizer } from '../local-aws/authorize-session.ts'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import type { SessionRegistry } from '../local-aws/session-registry.ts'
import { authenticate } from '../local-aws/signature/authenticate.ts'
import { accessRequests } from './access-requests.ts'
import type { DynaliteStore } from './dynalite-store.ts'
import { operationOfTarget } from './dynamodb-operations.ts'
import {
  type DynamodbResponse,
  denialResponse,
  jsonResponse,
  refusalResponse,
} from './dynamodb-response.ts'
import { parseRequestBody } from './parse-request-body.ts'
import { placeOfCaller, withArnsOf } from './table-arn.ts'

export interface DynamodbRequest {
  readonly method: string
  /** The request target as it was sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly sourceIp: string
}

export interface HandledRequest {
  readonly response: DynamodbResponse
  /** For the log. */
  readonly summary: string
}

export interface HandlerParts {
  readonly sessions: SessionRegistry
  readonly authorizer: Authorizer
  openStore(): Promise<DynaliteStore>
}

export function createRequestHandler({
  sessions,
  authorizer,
  openStore,
}: HandlerParts): (request: DynamodbRequest) => Promise<HandledRequest> {
  async function handle(request: DynamodbRequest): Promise<HandledRequest> {
    const operation = operationOfTarget(String(request.headers['x-amz-target'] ?? ''))
    const authenticated = authenticate(request, 'dynamodb', sessions, Date.now())
    const store = await openStore()
    // Errors of the request itself come before its authorization. They depend on nothing stored.
    const parameters = await store.check(operation, parseRequestBody(request.body))
    const place = placeOfCaller(authenticated)
    for (const needed of await accessRequests(operation, parameters, place, store)) {
      const denial = authorizer.authorize(authenticated, needed, httpFacts(request))
      if (denial === undefined) continue
      const summary = `400 AccessDeniedException: ${denial.explanation}`
      return { response: denialResponse(denial), summary }
    }
    const result = withArnsOf(place, await store.run(operation, parameters))
    return { response: jsonResponse(result), summary: `200 ${operation}` }
  }

  return (request) =>
    handle(request).catch((error: unknown) => {
      if (!(error instanceof AwsRefusal)) throw error
      return { response: refusalResponse(error), summary: `${error.status} ${error.code}` }
    })
}

function httpFacts({ sourceIp, headers }: DynamodbRequest) {
  const { 'user-agent': userAgent, referer } = headers
  return {
    sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(referer === undefined ? {} : { referer }),
  }
}
