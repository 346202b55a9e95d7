/** Who gains or loses by a change of how one issuer's tokens are accepted. */
import type { CompiledIssuer } from '../../model/compiled-tenant.ts'
import {
  compareConditions,
  compareLists,
  compareNumbers,
  compareOthers,
  type TenantChange,
} from './document-change.ts'

export function compareIssuer(
  part: string,
  before: CompiledIssuer,
  after: CompiledIssuer,
): TenantChange[] {
  const [old, now] = [before.profile, after.profile]
  const compared = {
    audiences: undefined,
    authorizedParties: undefined,
    anyParty: undefined,
    member: undefined,
    // These two only make the broker faster.
    memberRequires: undefined,
    prefetch: undefined,
    profile: undefined,
  }
  const comparedOfProfile = {
    algorithms: undefined,
    types: undefined,
    maxTokenAgeSeconds: undefined,
    clockToleranceSeconds: undefined,
  }
  const algorithms = (name: string) => `tokens signed with ${name}`
  const age = 'the greatest age of tokens'
  return [
    ...compareLists(part, before.audiences, after.audiences, (name) => `tokens for ${name}`),
    ...compareParties(part, before.authorizedParties, after.authorizedParties),
    ...compareAbsentParties(part, before.anyParty, after.anyParty),
    ...compareConditions(part, before.member, after.member),
    ...compareLists(part, old.algorithms, now.algorithms, algorithms),
    ...compareLists(part, old.types, now.types, (name) => `tokens of the type ${name}`),
    ...compareNumbers(part, old.maxTokenAgeSeconds, now.maxTokenAgeSeconds, age),
    ...compareNumbers(
      part,
      old.clockToleranceSeconds,
      now.clockToleranceSeconds,
      'the tolerance of clocks',
    ),
    ...compareOthers(part, { ...before, ...compared }, { ...after, ...compared }),
    ...compareOthers(part, { ...old, ...comparedOfProfile }, { ...now, ...comparedOfProfile }),
  ]
}

/** No party is listed where each is accepted. */
export function compareParties(
  part: string,
  before: readonly string[],
  after: readonly string[],
): TenantChange[] {
  if (before.length > 0 && after.length > 0)
    return compareLists(part, before, after, (name) => `tokens of the authorized party ${name}`)
  if (before.length === after.length) return []
  const effect = after.length === 0 ? 'gain' : 'loss'
  return [{ part, effect, what: 'tokens of any authorized party' }]
}

export function compareAbsentParties(
  part: string,
  before: true | undefined,
  after: true | undefined,
): TenantChange[] {
  if (before === after) return []
  const what = 'tokens for several audiences without an authorized party'
  return [{ part, effect: after ? 'gain' : 'loss', what }]
}
