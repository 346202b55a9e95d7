/** The broker under attack, with an honest tenant, issuer and STS, and its secrets as canaries. */
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'
import type { TestIssuer } from '../fixtures/issuer-server.ts'
import type { StsServer } from '../fixtures/sts-server.ts'
import type { AttackResponse, AttackTarget } from './attack.ts'
import { type EndpointName, responseText, sendHonestRequest } from './endpoint-requests.ts'

export interface BrokerTarget extends AttackTarget {
  readonly broker: TestBroker
  readonly issuer: TestIssuer
  readonly sts: StsServer
  readonly canaries: Set<string>
  /** Claims of an honest caller of tenant acme, who gets the grant `read`. One is a canary. */
  claims(): Record<string, unknown>
  /** Requests acme's grant `read` at an endpoint. */
  request(endpoint: EndpointName, token: string): Promise<AttackResponse>
  /** Moves the clock of the broker. */
  advance(seconds: number): void
  nowSeconds(): number
}

/**
 * Adds the tokens of an issuer to the canaries: neither their claims nor their signatures may
 * appear in a response or a record.
 */
export function withTokensAsCanaries(issuer: TestIssuer, canaries: Set<string>): TestIssuer {
  const watch = async (signed: Promise<string>) => {
    const token = await signed
    for (const part of token.split('.').slice(1)) if (part.length > 40) canaries.add(part)
    return token
  }
  return {
    ...issuer,
    token: (claims, nowSeconds) => watch(issuer.token(claims, nowSeconds)),
    sign: (claims, header) => watch(issuer.sign(claims, header)),
    signBytes: (payload, header) => watch(issuer.signBytes(payload, header)),
  }
}

const CLAIM_CANARY = 'canary-claim-that-no-rule-uses'

/**
 * What it starts is closed after the tests.
 * @param moreDocuments creates the documents of other tenants from the URL of the honest issuer
 */
export async function startTarget(
  moreDocuments: (issuer: string) => readonly string[] = () => [],
): Promise<BrokerTarget> {
  const canaries = new Set([CLAIM_CANARY, SECRET_ACCESS_KEY, SESSION_TOKEN])
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const broker = await startTestBroker({
    documents: (url) => [tenantDocument('acme', url), ...moreDocuments(url)],
    now,
  })
  const issuer = withTokensAsCanaries(broker.issuer, canaries)
  canaries.add(privateMemberOf(broker.environment.BROKER_SIGNING_KEY))
  canaries.add(broker.environment.BROKER_SESSION_NAME_KEY ?? '')
  const nowSeconds = () => Math.floor(now() / 1000)
  const claims = () => ({
    ...{
      iss: issuer.url,
      sub: 'alice',
      aud: 'acme-app',
      iat: nowSeconds(),
      exp: nowSeconds() + 3600,
    },
    note: CLAIM_CANARY,
  })
  const request = async (endpoint: EndpointName, token: string) => {
    const wanted = { token, tenant: 'acme', grant: 'read' }
    const response = await sendHonestRequest(broker.app, endpoint, wanted)
    return { status: response.status, text: responseText(response) }
  }
  let honest: { token: string; until: number } | undefined
  return {
    broker,
    issuer,
    sts: broker.sts,
    audit: broker.audit,
    auditText: broker.auditText,
    canaries,
    claims,
    request,
    requestHonestly: async () => {
      if (honest === undefined || honest.until < nowSeconds())
        honest = { token: await issuer.sign(claims()), until: nowSeconds() + 1800 }
      return (await request('native', honest.token)).status
    },
    advance: (seconds) => {
      aheadMs += seconds * 1000
    },
    nowSeconds,
  }
}

function privateMemberOf(signingKey: string | undefined): string {
  const jwk: { d?: unknown } = JSON.parse(signingKey ?? '{}')
  return String(jwk.d)
}
