/** The broker under attack: an honest tenant of an honest issuer, an STS endpoint, and every secret in sight as a canary. */
import { startBroker, type TestBroker, tenantDocument } from '../fixtures/in-process-broker.ts'
import { startIssuer, type TestIssuer } from '../fixtures/issuer-server.ts'
import {
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  type StsServer,
  startStsServer,
} from '../fixtures/sts-server.ts'
import type { Answer, AttackTarget } from './attack.ts'
import { askAt, type DoorName, textOf } from './endpoint-forms.ts'

export interface BrokerTarget extends AttackTarget {
  readonly broker: TestBroker
  readonly issuer: TestIssuer
  readonly sts: StsServer
  readonly canaries: Set<string>
  /** Claims of an honest caller of tenant acme, for whom rules give `read`; one of them is a canary. */
  claims(): Record<string, unknown>
  /** Asks for acme's `read` at a door. */
  ask(door: DoorName, token: string): Promise<Answer>
  /** Lets time pass for the broker. */
  advance(seconds: number): void
  nowSeconds(): number
  close(): Promise<void>
}

/** @returns an issuer like the given one, whose tokens join the canaries: neither their claims nor their signatures may be told */
export function withTokensWatched(issuer: TestIssuer, canaries: Set<string>): TestIssuer {
  const watch = async (signed: Promise<string>) => {
    const token = await signed
    for (const part of token.split('.').slice(1)) if (part.length > 40) canaries.add(part)
    return token
  }
  return {
    ...issuer,
    sign: (claims, header) => watch(issuer.sign(claims, header)),
    signBytes: (payload, header) => watch(issuer.signBytes(payload, header)),
  }
}

const CLAIM_CANARY = 'canary-claim-that-no-rule-speaks-of'

/** @param moreDocuments of other tenants, given the honest issuer's URL */
export async function startTarget(
  moreDocuments: (issuer: string) => readonly string[] = () => [],
): Promise<BrokerTarget> {
  const canaries = new Set([CLAIM_CANARY, SECRET_ACCESS_KEY, SESSION_TOKEN])
  const [issuer, sts] = await Promise.all([startIssuer(), startStsServer()])
  const watched = withTokensWatched(issuer, canaries)
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const broker = await startBroker({
    documents: [tenantDocument('acme', issuer.url), ...moreDocuments(issuer.url)],
    stsEndpoint: sts.url,
    now,
  })
  canaries.add(privateMemberOf(broker.environment.BROKER_SIGNING_KEY))
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
  const ask = async (door: DoorName, token: string) => {
    const response = await askAt(broker.app, door, { token, tenant: 'acme', grant: 'read' })
    return { status: response.status, text: textOf(response) }
  }
  let honest: { token: string; until: number } | undefined
  return {
    broker,
    issuer: watched,
    sts,
    audit: broker.audit,
    auditText: broker.auditText,
    canaries,
    claims,
    ask,
    askHonestly: async () => {
      if (honest === undefined || honest.until < nowSeconds())
        honest = { token: await watched.sign(claims()), until: nowSeconds() + 1800 }
      return (await ask('native', honest.token)).status
    },
    advance: (seconds) => {
      aheadMs += seconds * 1000
    },
    nowSeconds,
    close: async () => {
      broker.close()
      await Promise.all([issuer.close(), sts.close()])
    },
  }
}

function privateMemberOf(signingKey: string | undefined): string {
  const jwk: { d?: unknown } = JSON.parse(signingKey ?? '{}')
  return String(jwk.d)
}
