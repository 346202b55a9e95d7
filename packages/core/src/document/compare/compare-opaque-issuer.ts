/** Who gains or loses by a change of how one issuer's opaque tokens are accepted. */
import type { CompiledOpaqueIssuer } from '../../model/opaque-issuer.ts'
import { compareAbsentParties, compareParties } from './compare-issuer.ts'
import {
  compareConditions,
  compareLists,
  compareNumbers,
  compareOthers,
  type TenantChange,
} from './document-change.ts'

/** Another audience claim, or another place to ask, is a different source of all callers. */
export function compareOpaqueIssuer(
  part: string,
  before: CompiledOpaqueIssuer,
  after: CompiledOpaqueIssuer,
): TenantChange[] {
  const compared = {
    audiences: undefined,
    authorizedParties: undefined,
    anyParty: undefined,
    member: undefined,
    maxTokenAgeSeconds: undefined,
    clockToleranceSeconds: undefined,
  }
  return [
    ...compareLists(part, before.audiences, after.audiences, (name) => `tokens for ${name}`),
    ...compareParties(part, before.authorizedParties, after.authorizedParties),
    ...compareAbsentParties(part, before.anyParty, after.anyParty),
    ...compareConditions(part, before.member, after.member),
    ...compareNumbers(
      part,
      before.maxTokenAgeSeconds,
      after.maxTokenAgeSeconds,
      'the greatest age of tokens',
    ),
    ...compareNumbers(
      part,
      before.clockToleranceSeconds,
      after.clockToleranceSeconds,
      'the tolerance of clocks',
    ),
    ...compareOthers(part, { ...before, ...compared }, { ...after, ...compared }),
  ]
}
