/** Keeps what the grant denies in the policy of a caller. */
import type { PolicyStatement } from '../model/compiled-tenant.ts'

/**
 * The caller's statements, and the grant's `Deny` statements that are not already among them. STS
 * refuses a policy in which a Sid appears twice, so a `Deny` whose Sid the caller also uses loses
 * it: a Sid has no meaning for IAM.
 */
export function appendDenies(
  requested: readonly PolicyStatement[],
  denied: readonly PolicyStatement[],
): PolicyStatement[] {
  const texts = new Set(requested.map((statement) => JSON.stringify(statement)))
  const sids = new Set(requested.map(({ Sid }) => Sid))
  return [
    ...requested,
    ...denied
      .filter((statement) => !texts.has(JSON.stringify(statement)))
      .map(({ Sid, ...rest }) => (Sid === undefined || sids.has(Sid) ? rest : { Sid, ...rest })),
  ]
}
