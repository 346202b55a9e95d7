/** Guards of limits for callers, each with the change that removes it. */
import type { Mutant } from './mutant.ts'

/** In core. */
export const ADMISSION_MUTANTS: readonly Mutant[] = [
  {
    guard: 'every request that a tenant accepted is counted',
    find: 'context.admission?.admit({ tenant, issuer: identity.issuer',
    replace: 'undefined?.admit({ tenant, issuer: identity.issuer',
  },
  {
    guard: 'every request of a backend is counted',
    find: 'context.admission?.admit({ tenant, issuer: poolIssuer(id)',
    replace: 'undefined?.admit({ tenant, issuer: poolIssuer(id)',
  },
  {
    guard: 'a limit of 0 is refused',
    find: 'value < 1 || value > MAX_LIMIT',
    replace: 'value > MAX_LIMIT',
  },
]

/** In the folder of the limits, and the buckets beside it. */
export const LIMIT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'a request beyond the limit of its address is not read',
    find: 'start: () => refusalOf(visit?.countAddress())',
    replace: 'start: () => void refusalOf(visit?.countAddress())',
  },
  {
    guard: 'a request beyond the limit of its subject is not verified',
    find: 'return refusalOf(visit?.recognize(fields))',
    replace: 'return void refusalOf(visit?.recognize(fields))',
  },
  {
    guard: 'a request beyond the limit of its tenant is refused',
    find: 'if (refusal) throw refusal',
    replace: '',
  },
  {
    guard: 'only the exact token of a moment ago is recognized',
    find: '...[subjectToken, tokenType, tenant, issuer, roleArn, principalArn],',
    replace: '...[subjectToken?.slice(0, 100), tokenType, tenant, issuer, roleArn, principalArn],',
  },
  {
    guard: 'a recognized token names the same tenant',
    find: '[subjectToken, tokenType, tenant, issuer, roleArn',
    replace: '[subjectToken, tokenType, undefined, issuer, roleArn',
  },
  {
    guard: 'a token is recognized for a limited time',
    find: 'if (known && known.untilMs > ageClock())',
    replace: 'if (known)',
  },
  {
    guard: 'a token that is refused is not recognized any more',
    find: 'if (token !== undefined) tokens.set(token, undefined)',
    replace: '',
  },
  {
    guard: 'refusals of callers whom their tenant accepted are not counted',
    find: 'if (isAccepted || !COUNTED_REFUSALS.has(code)) return',
    replace: 'if (!COUNTED_REFUSALS.has(code)) return',
  },
  {
    guard: 'refusals for which the caller is not to blame are not counted',
    find: 'if (isAccepted || !COUNTED_REFUSALS.has(code)) return',
    replace: 'if (isAccepted) return',
  },
  {
    guard: 'a request beyond one limit uses up none',
    find: '  if (exceeded === undefined)\n    for (const',
    replace: '  for (const',
  },
  {
    guard: 'subjects of different tenants are different',
    find: 'digest([tenant, issuer, subject])',
    replace: 'digest([issuer, subject])',
  },
  {
    guard: 'addresses are counted for each tenant alone',
    find: '`${tenant} ${network}`',
    replace: 'network',
  },
  {
    guard: 'only a full bucket is forgotten',
    find: 'if (atNs <= nowNs) fullAt.delete(key)',
    replace: 'fullAt.delete(key)',
  },
  {
    guard: 'keys without a bucket of their own share one',
    find: 'else sharedFullAt[slotOf(key)] = Math.max(atNs, sharedFullAt[slotOf(key)] ?? 0)',
    replace: '',
  },
  {
    guard: 'intervals are rounded up',
    find: 'Math.ceil((seconds * 1e9) / requests)',
    replace: 'Math.floor((seconds * 1e9) / requests)',
  },
]

export const LIMIT_TESTS = [
  'test/endpoints/caller-limits.test.ts',
  'test/endpoints/limit-responses.test.ts',
  'test/unit/adapters/token-buckets.test.ts',
  'test/unit/configuration/limits-configuration.test.ts',
]
