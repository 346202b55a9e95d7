/** Who gains or loses by a change of one identity pool. */
import type { CompiledPool } from '../../model/identity-pool.ts'
import {
  compareLists,
  compareNumbers,
  compareOthers,
  type TenantChange,
} from './document-change.ts'

/** Another secret gives every user another id, and other role mappings other grants. */
export function comparePool(
  part: string,
  before: CompiledPool,
  after: CompiledPool,
): TenantChange[] {
  const compared = { logins: undefined, guests: undefined, releasedAudience: undefined }
  return [
    ...compareLists(part, loginsOf(before), loginsOf(after), (login) => `users of ${login}`),
    ...compareLists(
      part,
      listed(before.guests?.grant),
      listed(after.guests?.grant),
      (grant) => `guests with the grant ${grant}`,
    ),
    ...(before.guests && after.guests
      ? compareNumbers(
          part,
          before.guests.newPerAddressPerHour,
          after.guests.newPerAddressPerHour,
          'new guests of one address per hour',
          '',
        )
      : []),
    ...compareLists(
      part,
      listed(before.releasedAudience),
      listed(after.releasedAudience),
      (audience) => `tokens of the classic flow for ${audience}`,
    ),
    ...compareOthers(part, { ...before, ...compared }, { ...after, ...compared }),
  ]
}

function loginsOf({ logins }: CompiledPool): string[] {
  return Object.entries(logins).flatMap(([provider, issuers]) =>
    issuers.map((issuer) => `${provider} (${issuer})`),
  )
}

function listed(value: string | undefined): string[] {
  return value === undefined ? [] : [value]
}
