/** The session policy of a recorded request with inputs, which the stages of the broker render. */
import { type CompiledTenant, type PolicyStatement, sha256Hex } from '@token-broker/core'
import { readInputs } from '../../replay/read-inputs.ts'
import { redecide, tenantForReplay } from '../../replay/redecide.ts'
import type { WrittenRecord } from '../read-record.ts'

/**
 * Unlike a search for values that give the recorded digest, this is exact for each request, also
 * where the caller sent a policy.
 *
 * @returns undefined where the record has no inputs, or the documents decide something else
 */
export async function replayedPolicy(
  record: WrittenRecord,
  tenants: readonly CompiledTenant[] | undefined,
): Promise<readonly PolicyStatement[] | undefined> {
  const inputs = readInputs(record)
  const tenant = tenants?.find((one) => one.tenant === record.tenant)
  if (typeof inputs === 'string' || tenant === undefined) return undefined
  // Logs are not trusted: what cannot be decided again is not known.
  const decided = await redecide(record, inputs, tenantForReplay(tenant), 'explain').catch(
    () => undefined,
  )
  const policy = decided?.decision?.plan?.sessionPolicy
  if (policy === undefined) return undefined
  return sha256Hex(JSON.stringify(policy)) === record.policySha256 ? policy.Statement : undefined
}
