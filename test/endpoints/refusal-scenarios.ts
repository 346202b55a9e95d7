/** For each refusal code, a request that provokes it, which can be sent to any endpoint. */
import type { RefusalCode as AnyRefusalCode } from '@token-broker/core'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import { startTestBroker, type TestBroker } from '../fixtures/index.ts'
import { startJwtTokens, type TokensToRefuse } from './tokens-to-refuse.ts'

/** Proofs cannot be sent to every endpoint; `bound-tokens.test.ts` provokes these codes. */
type RefusalCode = Exclude<AnyRefusalCode, 'invalid_dpop_proof' | 'use_dpop_nonce'>

interface WantedGrant {
  readonly tenant?: string
  readonly grant?: string
  readonly at?: TestBroker
}

/** Sends a subject token to one endpoint. The default is the grant `read` of tenant acme. */
export type SendToken = (token: string | undefined, wanted?: WantedGrant) => Promise<HttpResponse>

export interface RefusalScenarios {
  readonly broker: TestBroker
  /** The same broker without a signing key. */
  readonly keyless: TestBroker
  readonly tokens: TokensToRefuse
  /** @returns the response, and the broker that sent it */
  provoke(
    code: RefusalCode,
    send: SendToken,
  ): Promise<{ readonly response: HttpResponse; readonly by: TestBroker }>
}

/**
 * @param environment of both brokers
 * @param startTokens starts the issuers, and says which tokens to send
 */
export async function startRefusalScenarios(
  environment: Readonly<Record<string, string>> = {},
  startTokens: () => Promise<TokensToRefuse> = startJwtTokens,
): Promise<RefusalScenarios> {
  const tokens = await startTokens()
  const { documents, issuer } = tokens
  const options = { documents, ...(issuer ? { issuer } : {}) }
  const broker = await startTestBroker({ ...options, environment })
  const { sts } = broker
  const keyless = await startTestBroker({
    ...{ ...options, issuer: broker.issuer, sts },
    environment: { ...environment, BROKER_SIGNING_KEY: undefined },
  })
  const whileSts = async (send: SendToken, ...error: [status: number, code: string]) => {
    sts.respondWithError(...error)
    return send(await tokens.valid()).finally(sts.respondWithCredentials)
  }
  const requests: Readonly<Record<RefusalCode, (send: SendToken) => Promise<HttpResponse>>> = {
    invalid_request: (send) => send(undefined),
    invalid_token: (send) => send(tokens.malformed),
    issuer_untrusted: async (send) => send(await tokens.ofUnknownIssuer()),
    token_expired: async (send) => send(await tokens.expired()),
    issuer_unavailable: async (send) => send(await tokens.ofDeadIssuer(), { tenant: 'dead' }),
    access_denied: async (send) => send(await tokens.valid(), { grant: 'write' }),
    claim_unusable: async (send) => send(await tokens.withSubject('a*')),
    sts_rejected: (send) => whileSts(send, 403, 'AccessDenied'),
    policy_too_large: (send) => whileSts(send, 400, 'PackedPolicyTooLarge'),
    throttled: (send) => whileSts(send, 400, 'Throttling'),
    upstream_unavailable: async (send) => {
      sts.respond(500, '<html>')
      return send(await tokens.valid()).finally(sts.respondWithCredentials)
    },
    config_invalid: async (send) => send(await tokens.valid(), { at: keyless }),
    internal: async (send) => {
      broker.failAudit(true)
      return send(await tokens.valid()).finally(() => broker.failAudit(false))
    },
  }
  return {
    broker,
    keyless,
    tokens,
    provoke: async (code, send) => ({
      response: await requests[code](send),
      by: code === 'config_invalid' ? keyless : broker,
    }),
  }
}
