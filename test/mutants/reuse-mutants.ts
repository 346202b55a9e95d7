/** Guards of sessions that are returned again: for the same decision, for a short time. */
import type { Mutant } from './mutant.ts'

export const REUSE_KEY_MUTANTS: readonly Mutant[] = [
  ...[
    ...(['roleArn', 'roleSessionName', 'sessionPolicyJson', 'managedPolicyArns'] as const),
    ...(['transitiveTagKeys', 'sourceIdentity', 'durationSeconds'] as const),
    ...(['mintedToken', 'releasedAudience', 'issuer', 'subject', 'audiences'] as const),
    ...(['authorizedParty', 'id', 'pool', 'provider', 'logins', 'guest', 'createdAt'] as const),
    ...(['claimedGuest', 'endpoint', 'network', 'signingKeyId'] as const),
  ].map((name) => ({
    guard: `key of a decision: ${name}`,
    find: `  ${name}: true,`,
    replace: `  ${name}: false,`,
  })),
  {
    guard: 'key of a decision: the tags of the session',
    find: 'sessionTags: Object.entries',
    replace: 'sessionTags: Object.keys',
  },
  {
    guard: 'key of a decision: the key to which the token is bound',
    find: '  claims: boundKey,',
    replace: '  claims: false,',
  },
  {
    guard: 'key of a decision: the key to which the token of an actor is bound',
    find: '[issuer, subject, boundKey(claims)]',
    replace: '[issuer, subject]',
  },
  {
    guard: 'key of a decision: the issuer of an actor',
    find: '[issuer, subject, boundKey(claims)]',
    replace: '[subject, boundKey(claims)]',
  },
  {
    guard: 'key of a decision: all actors',
    find: 'actorsOf(actor).map(',
    replace: 'actorsOf(actor).slice(0, 1).map(',
  },
  {
    guard: 'key of a decision: the tenant',
    find: '[tenant.tenant, documentSha256, proofVersion]',
    replace: '[documentSha256, proofVersion]',
  },
  {
    guard: 'key of a decision: the document',
    find: '[tenant.tenant, documentSha256, proofVersion]',
    replace: '[tenant.tenant, proofVersion]',
  },
  {
    guard: 'key of a decision: the grant',
    find: '[grant.name, grant.rule, grant.reuseSeconds]',
    replace: '[grant.rule, grant.reuseSeconds]',
  },
  {
    guard: 'key of a decision: the rule',
    find: '[grant.name, grant.rule, grant.reuseSeconds]',
    replace: '[grant.name, grant.reuseSeconds]',
  },
  {
    guard: 'key of a decision: what a trust policy may read in a passed-through token',
    find: "plan.webIdentity === 'pass-through' ? passedClaims(identity.claims) : undefined",
    replace: 'undefined',
  },
]

export const KEPT_SESSION_MUTANTS: readonly Mutant[] = [
  {
    guard: 'reuse: not longer than the grant says, by the monotonic clock',
    find: 'elapsedMs < reuseMs && wallMs < reuseMs',
    replace: 'wallMs < reuseMs',
  },
  {
    guard: 'reuse: not longer than the grant says, by the wall clock',
    find: 'elapsedMs < reuseMs && wallMs < reuseMs',
    replace: 'elapsedMs < reuseMs',
  },
  {
    guard: 'reuse: nothing from the future',
    find: 'const isAfter = elapsedMs >= 0 && wallMs >= 0',
    replace: 'const isAfter = true',
  },
  {
    guard: 'reuse: credentials with enough life left',
    find: ' && session.expiration.getTime() - at.wallMs >= minLifeMs',
    replace: '',
  },
  {
    guard: 'reuse: nothing after a jump of the clock',
    find: 'if (Math.abs(offsetMs - (lastOffsetMs ?? offsetMs)) > MAX_CLOCK_JUMP_MS) clear()',
    replace: '',
  },
  {
    guard: 'reuse: nothing of before the rotation of the signing key',
    find: 'if (signingKeyId !== undefined && signingKeyId !== (lastKeyId ?? signingKeyId)) clear()',
    replace: '',
  },
  {
    guard: 'reuse: nothing of another document',
    find: 'if (ofTenant && ofTenant.documentSha256 !== documentSha256)',
    replace: 'if (!ofTenant)',
  },
  {
    guard: 'reuse: nothing that was requested before the clock jumped or the key rotated',
    find: 'moment.generation !== generation || ',
    replace: '',
  },
  {
    guard: 'reuse: nothing that was requested before the document changed',
    find: ' || ofTenant.documentSha256 !== documentSha256',
    replace: '',
  },
  {
    guard: 'reuse: a bounded number of sessions',
    find: 'entries.size <= maxEntries && bytes <= maxBytes',
    replace: 'bytes <= maxBytes',
  },
  {
    guard: 'reuse: a bounded number of bytes',
    find: 'entries.size <= maxEntries && bytes <= maxBytes',
    replace: 'entries.size <= maxEntries',
  },
  {
    guard: 'reuse: no session that is larger than all that may be kept',
    find: 'if (isOutdated || size > maxBytes) return',
    replace: 'if (isOutdated) return',
  },
]

export const REUSE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'reuse: no session that GetCallerIdentity does not know',
    find: 'if (session.identityFailure !== undefined) return',
    replace: '',
  },
  {
    guard: 'reuse: one call for requests at the same time',
    find: 'const joined = flights.get(key)',
    replace: 'const joined = undefined as Flight | undefined',
  },
  {
    guard: 'reuse: a failed call is not shared with later requests',
    find: 'flights.get(key) === flight && flights.delete(key)',
    replace: 'flights.get(key) !== flight',
  },
  {
    guard: 'reuse: the deadline of one request is not that of others',
    find: 'if (flight.waiting === 0) flight.abort()',
    replace: 'flight.abort()',
  },
  {
    guard: 'reuse: the call ends where nobody waits for it',
    find: 'if (end()) controller.abort()',
    replace: 'end()',
  },
  {
    guard: 'reuse: the network of the caller, and not nothing',
    find: 'const network = networkOf(context.clientIp)',
    replace: "const network = ''",
  },
]

export const REUSE_PATH_MUTANTS: readonly Mutant[] = [
  {
    guard: 'reuse: only where it is known which document decided',
    find: 'grant.reuseSeconds !== undefined && tenant.certificate && openReuse',
    replace: 'grant.reuseSeconds !== undefined && openReuse',
  },
  {
    guard: 'reuse: only where the grant says so',
    find: 'grant.reuseSeconds !== undefined && tenant.certificate && openReuse',
    replace: 'tenant.certificate && openReuse',
  },
  {
    guard: 'record: the request for which STS issued the session',
    find: '    reusedFrom,\n    sessionExpiresAt',
    replace: '    sessionExpiresAt',
  },
  {
    guard: 'document: reuse of at most an hour',
    find: 'const MAX_REUSE_SECONDS = 3600',
    replace: 'const MAX_REUSE_SECONDS = 43_200',
  },
  {
    guard: 'document: reuse of at most half of the duration',
    find: 'if (reuseSeconds > longest)',
    replace: 'if (reuseSeconds > durationSeconds)',
  },
  {
    guard: 'two grants: reuse only where both have it',
    find: 'if (left === undefined || right === undefined) return {}\n  return { reuseSeconds',
    replace: 'if (left === undefined && right === undefined) return {}\n  return { reuseSeconds',
  },
]

export const REUSE_TABLES: readonly string[] = [
  'test/unit/core/reused-session.test.ts',
  ...['session-reuse', 'shared-sts-calls'].map((name) => `test/endpoints/${name}.test.ts`),
  ...['document-errors', 'two-grants'].map((name) => `test/unit/document/${name}.test.ts`),
]
