/** For each refusal code, a request that provokes it, which can be sent to any endpoint. */
import type { RefusalCode as AnyRefusalCode } from '@token-broker/core'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import {
  closeAfterTests,
  startIssuer,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'

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
  /** A token of an issuer that responds with 500, for the audience of tenant `dead`. */
  deadToken(): Promise<string>
  /** @returns the response, and the broker that sent it */
  provoke(
    code: RefusalCode,
    send: SendToken,
  ): Promise<{ readonly response: HttpResponse; readonly by: TestBroker }>
}

/** @param environment of both brokers */
export async function startRefusalScenarios(
  environment: Readonly<Record<string, string>> = {},
): Promise<RefusalScenarios> {
  const deadIssuer = await closeAfterTests(startIssuer())
  deadIssuer.respondWith((_path, response) => response.writeHead(500).end())
  const documents = (issuerUrl: string) => [
    tenantDocument('acme', issuerUrl),
    tenantDocument('beta', issuerUrl),
    tenantDocument('dead', deadIssuer.url),
  ]
  const broker = await startTestBroker({ documents, environment })
  const { issuer, sts, token } = broker
  const keyless = await startTestBroker({
    ...{ documents, issuer, sts },
    environment: { ...environment, BROKER_SIGNING_KEY: undefined },
  })
  const deadToken = () => deadIssuer.token({ aud: 'dead-app' })
  const whileSts = async (send: SendToken, ...error: [status: number, code: string]) => {
    sts.respondWithError(...error)
    return send(await token()).finally(sts.respondWithCredentials)
  }
  const requests: Readonly<Record<RefusalCode, (send: SendToken) => Promise<HttpResponse>>> = {
    invalid_request: (send) => send(undefined),
    invalid_token: (send) => send('not-a-token'),
    issuer_untrusted: async (send) => send(await token({ iss: 'https://unknown.example' })),
    token_expired: async (send) => send(await token({ exp: Math.floor(Date.now() / 1000) - 60 })),
    issuer_unavailable: async (send) => send(await deadToken(), { tenant: 'dead' }),
    access_denied: async (send) => send(await token(), { grant: 'write' }),
    claim_unusable: async (send) => send(await token({ sub: 'a*' })),
    sts_rejected: (send) => whileSts(send, 403, 'AccessDenied'),
    policy_too_large: (send) => whileSts(send, 400, 'PackedPolicyTooLarge'),
    throttled: (send) => whileSts(send, 400, 'Throttling'),
    upstream_unavailable: async (send) => {
      sts.respond(500, '<html>')
      return send(await token()).finally(sts.respondWithCredentials)
    },
    config_invalid: async (send) => send(await token(), { at: keyless }),
    internal: async (send) => {
      broker.failAudit(true)
      return send(await token()).finally(() => broker.failAudit(false))
    },
  }
  return {
    broker,
    keyless,
    deadToken,
    provoke: async (code, send) => ({
      response: await requests[code](send),
      by: code === 'config_invalid' ? keyless : broker,
    }),
  }
}
