/** Writes what the many tenants of an issuer have in common, so that brokers read few of them. */
import { MAX_CANDIDATES, MAX_LISTED, SHOWN_AUDIENCES } from '@token-broker/core'
import {
  issuerPartition,
  newSummary,
  readTrust,
  summaryKey,
  type TrustSummary,
} from '@token-broker/functions/tenant-table'
import { ABSENT, type OperatorTable, versionIs } from './operator-table.ts'

/** Limits of what a broker verifies and looks up for one request; beyond, there is no summary. */
const MAX_PROFILES = 16
const MAX_CLAIMS = 4

/**
 * Called after a change of the issuer's index items. The version of the summary is read before the
 * items, so that of two writers at once, the one whose items are older writes nothing, and repeats.
 */
export async function summarizeIssuer(table: OperatorTable, issuer: string): Promise<void> {
  for (;;) {
    const version = Number((await table.get(summaryKey(issuer)))?.version?.N ?? 0)
    const items = await table.query(issuerPartition(issuer))
    if (items.length <= MAX_LISTED) return
    const trusts = items.flatMap((item) => readTrust(item, issuer) ?? [])
    const summary = newSummary(issuer, summarize(trusts), version + 1)
    if (await table.put(summary, version === 0 ? ABSENT : versionIs('equal', version))) return
  }
}

type Trust = NonNullable<ReturnType<typeof readTrust>>

/** @returns none where profiles or claims are too many */
function summarize(trusts: readonly Trust[]): TrustSummary[] {
  const byProfile = Map.groupBy(trusts, ({ profileJson }) => profileJson)
  const summaries = [...byProfile].map(([profileJson, equal]): TrustSummary => {
    const audiences = new Set(equal.flatMap(({ trusting }) => trusting.audiences))
    const claims = new Set(
      equal.flatMap(({ trusting: { requires } }) =>
        requires ? JSON.stringify(requires.claim) : [],
      ),
    )
    return {
      profileJson,
      first: equal.slice(0, MAX_CANDIDATES).map(({ tenant }) => tenant),
      audiences: [...audiences].slice(0, SHOWN_AUDIENCES + 1),
      claims: [...claims].map((claim) => JSON.parse(claim)),
    }
  })
  const isLimited =
    summaries.length <= MAX_PROFILES && summaries.every(({ claims }) => claims.length <= MAX_CLAIMS)
  return isLimited ? summaries : []
}
