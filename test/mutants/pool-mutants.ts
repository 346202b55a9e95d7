/** Guards of requests to identity pools: in core, of the ids, and at the endpoint. */
import type { Mutant } from './mutant.ts'

export const POOL_MUTANTS: readonly Mutant[] = [
  {
    guard: 'pools: the document decides whether it has the pool',
    find: 'const pool = tenant?.identityPools?.find((one) => one.id === id)',
    replace: 'const pool = tenant?.identityPools?.[0]',
  },
  {
    guard: 'pools: guests only where the pool has them',
    find: "if (recordCheck(trace, 'resolve', check, guests !== undefined)) return",
    replace: "if (recordCheck(trace, 'resolve', check, true)) return",
  },
  {
    guard: 'pools: every login is verified',
    find: 'for (const login of logins.toReversed()) {',
    replace: 'for (const login of logins.slice(0, 1)) {',
  },
  {
    guard: 'pools: no login of another party',
    find: "demand(trace, check, actor === undefined, '(absent)', found, () => [",
    replace: "demand(trace, check, true, '(absent)', found, () => [",
  },
  {
    guard: 'pools: every provider is one of the pool',
    find: 'const isKnown = logins.length === byProvider.size',
    replace: 'const isKnown = logins.length <= byProvider.size',
  },
  {
    guard: 'pools: one login per provider',
    find: 'if (byProvider.has(provider))',
    replace: "if (provider === '')",
  },
  {
    guard: 'pools: a token of an issuer of its provider',
    find: 'issuers.find((one) => one === named) ??',
    replace: 'named ?? issuers.find((one) => one === named) ??',
  },
  {
    guard: 'pools: guests get the grant of guests',
    find: 'if (ofGuest) return matchGuestGrant(tenant, ofGuest, trace)',
    replace: '',
  },
  {
    guard: 'pools: no deny rule gives a guest another grant',
    find: 'findRestriction(tenant, ofGuest ?? requested, scope, trace)',
    replace: 'findRestriction(tenant, requested, scope, trace)',
  },
  {
    guard: 'pool ids: users begin with 0',
    find: 'block.readUInt8(0) & ~GUEST_BIT, 0)',
    replace: 'block.readUInt8(0), 0)',
  },
  {
    guard: 'pool ids: guests begin with 1',
    find: 'if ((block.readUInt8(0) & GUEST_BIT) !== 0) return formatId(region, block)',
    replace: 'return formatId(region, block)',
  },
  {
    guard: 'pool ids: a guest is sealed',
    find: 'if (plain.subarray(ZEROS_AT).some((byte) => byte !== 0)) continue',
    replace: '',
  },
  {
    guard: 'pool ids: no guest of the future',
    find: 'if (createdAt <= nowSeconds + CLOCK_TOLERANCE_SECONDS) return createdAt',
    replace: 'return createdAt',
  },
  {
    guard: 'pool ids: a guest of this Region',
    find: 'if (!id.startsWith(`${region}:`)) return undefined',
    replace: '',
  },
  {
    guard: 'pool ids: one spelling',
    find: '/^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/',
    replace: '/^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i',
  },
  {
    guard: 'pool ids: provider and subject are kept apart',
    find: 'JSON.stringify([provider, subject, generation])',
    replace: '`${provider}${subject}${generation}`',
  },
  {
    guard: 'pool ids: every secret is long enough',
    find: 'all.some(({ length }) => length < MIN_SECRET_CHARACTERS)',
    replace: 'all.some(({ length }) => length < 1)',
  },
]

export const EXPLAINED_POOL_MUTANTS: readonly Mutant[] = [
  {
    guard: 'explain: nothing of a pool is created or changed',
    find: 'authorize(withoutEffects(fields), context)',
    replace: 'authorize(fields, context)',
  },
  {
    guard: 'explain: one verified login does not vouch for another',
    find: 'count(SIGNATURE_CHECK, VOUCH_CHECK) === begun',
    replace: 'count(SIGNATURE_CHECK, VOUCH_CHECK) > 0',
  },
]

export const EXPLAINED_POOL_ENDPOINT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'explain: a stranger sees nothing of the document of a pool',
    find: 'if (!isVerified) {',
    replace: "if (requestId === '') {",
  },
  {
    guard: 'explain: no real id of a guest',
    find: 'if (readOnly) return { id: `${keys.region}:${NO_ID}`, createdAt }',
    replace: '',
  },
  {
    guard: 'explain: the former pool is not asked',
    find: 'if (caller.readOnly) return previewLinked(caller, { keys, nowSeconds }, links)',
    replace: '',
  },
  {
    guard: 'explain: no token besides those of the logins',
    find: 'if (request.headers.authorization === undefined) return readObject(request)',
    replace: 'if (request) return readObject(request)',
  },
  {
    guard: 'explain: pages of the own tenant only',
    find: ': isOriginOf(decision.tenant, request, parts)',
    replace: ': isOriginAllowed(request, parts)',
  },
]

export const POOL_ENDPOINT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'pools: SDK v3 gets no other identity than the one it asked for',
    find: 'if (identityId !== undefined && isChanged && !adoptsChangedIds)',
    replace: 'if (identityId === undefined && isChanged && !adoptsChangedIds)',
  },
  {
    guard: 'pools: new guests are limited',
    find: 'if (waitSeconds !== undefined)\n      throw refusal(',
    replace: 'if (pool === undefined)\n      throw refusal(',
  },
  {
    guard: 'pools: the limit is for a network, not for an address of it',
    find: ".slice(0, 4).join(':')}::/64`",
    replace: ".join(':')}::/64`",
  },
  {
    guard: 'pools: the pool of the body is that of the path',
    find: 'if (named === expected) return named',
    replace: "if (named !== '') return expected",
  },
  {
    guard: 'pools: no body of another type',
    find: 'if (type.trim().toLowerCase() !== CONTENT_TYPE)',
    replace: "if (type === '(none)')",
  },
  {
    guard: 'pools: no operation of administrators',
    find: "if (operation !== 'GetCredentialsForIdentity') throw",
    replace: 'if (operation === undefined) throw',
  },
]
