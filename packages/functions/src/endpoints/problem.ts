/** Refusals as RFC 9457 problem details, with a stable code and without any text of an upstream. */
import type { BrokerError, RefusalCode } from '@token-broker/core'
import type { HttpResponse } from '../http.ts'
import { dpopChallenge } from './dpop-challenge.ts'

interface Problem {
  readonly status: number
  readonly title: string
  readonly retryAfterSeconds?: number
}

/** One entry for each code of core: a missing entry does not compile. */
const PROBLEMS: Readonly<Record<RefusalCode, Problem>> = {
  invalid_request: { status: 400, title: 'The request does not match the API.' },
  invalid_token: { status: 401, title: 'The token is not valid.' },
  issuer_untrusted: { status: 401, title: 'The issuer of the token is not trusted.' },
  token_expired: {
    status: 401,
    title: 'The token has expired; get a new one from your identity provider.',
  },
  invalid_dpop_proof: { status: 401, title: 'The proof of the token’s key is not valid.' },
  use_dpop_nonce: {
    status: 401,
    title: 'The proof needs the nonce of this response; send the request again with a new proof.',
  },
  issuer_unavailable: {
    status: 503,
    title: 'The keys of the token’s issuer cannot be fetched; try again later.',
    retryAfterSeconds: 5,
  },
  access_denied: { status: 403, title: 'You are not granted these credentials.' },
  claim_unusable: { status: 403, title: 'A claim of the token cannot be used in a session.' },
  sts_rejected: {
    status: 502,
    title: 'AWS STS refused the session; give the request id to the operator.',
  },
  policy_too_large: {
    status: 500,
    title: 'The session policy is too large; give the request id to the operator.',
  },
  throttled: { status: 429, title: 'Too many requests; try again later.', retryAfterSeconds: 1 },
  upstream_unavailable: {
    status: 503,
    title: 'AWS is not responding; try again later.',
    retryAfterSeconds: 1,
  },
  config_invalid: {
    status: 500,
    title: 'The broker is misconfigured; give the request id to the operator.',
  },
  internal: { status: 500, title: 'The broker failed; give the request id to the operator.' },
}

/**
 * The caller sees the code, a fixed title, and at most what the broker itself says about a
 * malformed request.
 * @param status default: the code's own
 */
export function problemResponse(
  refusal: BrokerError,
  requestId: string,
  status: number = PROBLEMS[refusal.code].status,
): HttpResponse {
  const { title, retryAfterSeconds } = PROBLEMS[refusal.code]
  const wait = refusal.retryAfterSeconds ?? retryAfterSeconds
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
      ...(status === 401 ? { 'www-authenticate': challengeFor(refusal.code) } : {}),
    },
    body: JSON.stringify({
      type: 'about:blank',
      title,
      status,
      code: refusal.code,
      requestId,
      ...(refusal.callerMessage === undefined ? {} : { detail: refusal.callerMessage }),
    }),
  }
}

function challengeFor(code: RefusalCode): string {
  return code === 'invalid_dpop_proof' || code === 'use_dpop_nonce' ? dpopChallenge(code) : 'Bearer'
}
