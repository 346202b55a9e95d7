/** Compiles the identity pools of a tenant document. */
import type { CompiledPool, GuestAccess } from '../../model/identity-pool.ts'
import { STS_AUDIENCE } from '../../model/sts-limits.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { readSeconds } from '../field-values.ts'
import { checkLogins } from './check-logins.ts'
import { compileRoleMappings } from './compile-role-mappings.ts'
import { type PoolDocument, poolSchema } from './pool-schema.ts'

/** Enough for a family at home; a school needs more. */
const DEFAULT_NEW_GUESTS = 30
const HOUR_SECONDS = 3600
const DEFAULT_ADOPTION_SECONDS = 7 * 86_400
const MAX_ADOPTION_SECONDS = 30 * 86_400

/** A pool, and where it is in the document. */
export interface PlacedPool {
  readonly pool: CompiledPool
  readonly path: DocumentPath
  /** The grant of guests, also where they are switched off. */
  readonly guestGrant: string | undefined
}

/**
 * @param items parts of the wrong shape are skipped: the shape check reports them
 * @param issuers of the document
 */
export function compilePools(
  items: readonly unknown[],
  tenant: string,
  issuers: readonly string[],
  report: Report,
): PlacedPool[] {
  return items.flatMap((item, index) => {
    const parsed = poolSchema.safeParse(item)
    if (!parsed.success) return []
    const path = ['identityPools', index]
    const { guests, classicFlow } = parsed.data
    if (classicFlow?.audience === STS_AUDIENCE)
      report(
        [...path, 'classicFlow', 'audience'],
        'a released token with this audience could assume every role that trusts the tenant, ' +
          'without a session policy',
        'write an audience that only roles for released tokens trust, such as acme-classic',
      )
    checkLogins(parsed.data, issuers, path, report)
    checkState(parsed.data, path, report)
    const pool = compilePool(parsed.data, tenant, path, report)
    return [{ pool, path, guestGrant: guests?.grant }]
  })
}

function compilePool(
  document: PoolDocument,
  tenant: string,
  path: DocumentPath,
  report: Report,
): CompiledPool {
  const { id, secret, logins = {}, guests, classicFlow, developerProvider, formerPool } = document
  const { linking = false, merging = false, upgrade = 'separate', authenticatedRole } = document
  const roleMappings = compileRoleMappings(document, path, report)
  return {
    id,
    // Below the tenant, so that no document can name, and so use, the secret of another tenant.
    secret: `${tenant}/${secret}`,
    logins: issuersByProvider(logins),
    ...(guests?.enabled ? { guests: compileGuests(guests) } : {}),
    linking,
    ...(formerPool === undefined ? {} : { formerPool }),
    merging,
    upgrade,
    ...(upgrade === 'adopt' ? { adoptWithinSeconds: readAdoption(document, path, report) } : {}),
    ...(classicFlow === undefined ? {} : { releasedAudience: classicFlow.audience }),
    ...(developerProvider === undefined ? {} : { developerProvider }),
    ...(roleMappings === undefined ? {} : { roleMappings }),
    ...(authenticatedRole === undefined ? {} : { authenticatedRole }),
  }
}

function issuersByProvider(logins: NonNullable<PoolDocument['logins']>): CompiledPool['logins'] {
  return Object.fromEntries(
    Object.entries(logins).map(([provider, issuers]) => [provider, [issuers].flat()]),
  )
}

function compileGuests({
  grant,
  newPerAddressPerHour = DEFAULT_NEW_GUESTS,
}: NonNullable<PoolDocument['guests']>): GuestAccess {
  return { grant, newPerAddressPerHour }
}

function readAdoption({ adoptWithin }: PoolDocument, path: DocumentPath, report: Report): number {
  return readSeconds(
    adoptWithin,
    DEFAULT_ADOPTION_SECONDS,
    [HOUR_SECONDS, MAX_ADOPTION_SECONDS],
    [...path, 'adoptWithin'],
    report,
  )
}

/** What needs to know more about an identity than its id contains needs the table of identities. */
function checkState(document: PoolDocument, path: DocumentPath, report: Report): void {
  const { linking, merging, upgrade, adoptWithin, developerProvider, formerPool } = document
  const stateful = {
    merging: merging === true,
    upgrade: upgrade === 'adopt',
    developerProvider: developerProvider !== undefined,
    formerPool: formerPool !== undefined,
  }
  for (const [field, isUsed] of Object.entries(stateful))
    if (isUsed && linking !== true)
      report(
        [...path, field],
        `${field === 'upgrade' ? 'upgrade: adopt' : field} needs the table of identities`,
        `write linking: true, or remove ${field}`,
      )
  // The former pool has an identity for each login, so none would adopt that of a guest.
  if (formerPool !== undefined && upgrade === 'adopt')
    report(
      [...path, 'formerPool'],
      'with a former pool, no login adopts the identity of a guest',
      'write upgrade: separate, or remove formerPool',
    )
  // Only a signed call could ask the former pool about them.
  if (formerPool !== undefined && developerProvider !== undefined)
    report(
      [...path, 'formerPool'],
      'a former pool does not say which identities the users of your own backend had',
      'remove developerProvider, or formerPool',
    )
  if (adoptWithin !== undefined && upgrade !== 'adopt')
    report(
      [...path, 'adoptWithin'],
      'adoptWithin has no effect without upgrade: adopt',
      'write upgrade: adopt, or remove adoptWithin',
    )
}
