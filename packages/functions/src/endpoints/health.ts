/**
 * `GET /healthz`: whether the broker runs, and with `?ready` whether it can issue credentials.
 */
import type { HttpResponse, Routes } from '../http.ts'

/** Without values of settings, paths, ARNs and text of upstreams, because anyone may ask. */
interface PublicProblem {
  readonly code: string
  readonly problem: string
  readonly fix: string
}

export type FindProblems = (signal: AbortSignal) => Promise<readonly PublicProblem[]>

const PLAIN = { 'content-type': 'text/plain', 'cache-control': 'no-store' }
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' }
/** A check is repeated at most this often. */
const RETRY_AFTER_SECONDS = '30'

export function healthRoutes(findProblems: FindProblems): Routes {
  return {
    '/healthz': {
      GET: async ({ query, signal }) =>
        asksReadiness(query)
          ? readinessResponse(await findProblems(signal))
          : { status: 200, headers: PLAIN, body: 'ok' },
    },
  }
}

function asksReadiness(query: string | undefined): boolean {
  return Boolean(query) && new URLSearchParams(query).has('ready')
}

function readinessResponse(problems: readonly PublicProblem[]): HttpResponse {
  if (problems.length === 0)
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify({ ready: true }) }
  return {
    status: 503,
    headers: { ...JSON_HEADERS, 'retry-after': RETRY_AFTER_SECONDS },
    body: JSON.stringify({ ready: false, problems }),
  }
}
