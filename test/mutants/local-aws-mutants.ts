/** Guards of the local AWS: signatures, sessions, bodies, and both layers of policies. */
import type { Mutant } from './mutant.ts'

const without = (guard: string, find: string, replace: string): Mutant => ({
  ...{ guard, find, replace },
})

export const LOCAL_SIGNATURE_MUTANTS: readonly Mutant[] = [
  without(
    'local AWS: the signature is that of the session',
    'if (!isSigned) throw SIGNATURE_REFUSALS',
    'if (false) throw SIGNATURE_REFUSALS',
  ),
  without(
    'local AWS: the token is that of the session',
    "if (!isSameText(session.sessionToken ?? '', sessionToken ?? '')) throw",
    'if (false) throw',
  ),
  without(
    'local AWS: the session has not expired',
    'if (session.expiresAtMs <= nowMs) throw',
    'if (false) throw',
  ),
  without(
    'local AWS: the request is not old',
    'if (isTooNew || signedMs < nowMs - MAX_SKEW_MS) {',
    'if (isTooNew) {',
  ),
  without(
    'local AWS: the request is not of the future',
    'if (isTooNew || signedMs < nowMs - MAX_SKEW_MS) {',
    'if (signedMs < nowMs - MAX_SKEW_MS) {',
  ),
  without(
    'local AWS: a presigned URL is not of the future',
    "if (isTooNew) throw new AwsRefusal(403, 'AccessDenied', 'Request is not yet valid')",
    '',
  ),
  without(
    'local AWS: a presigned URL expires',
    'if (expiresMs > nowMs) return',
    'if (expiresMs > 0) return',
  ),
  without(
    'local AWS: a presigned URL is valid for a week at most',
    'if (Number(expires) > MAX_EXPIRES_SECONDS)',
    'if (false)',
  ),
  without(
    'local AWS: the host is signed',
    "(name === 'host' || name.startsWith('x-amz-'))",
    "name.startsWith('x-amz-')",
  ),
  without(
    'local AWS: headers of AWS are signed',
    "(name === 'host' || name.startsWith('x-amz-'))",
    "name === 'host'",
  ),
  without(
    'local AWS: the signature is for this service',
    'if (claimedService !== service)',
    'if (false)',
  ),
  without(
    'local AWS: the date of the key is that of the request',
    'if (!dateTime.startsWith(date))',
    'if (false)',
  ),
  without(
    'local AWS: each parameter of a signature appears once',
    'if (repeated !== undefined) throw',
    'if (false) throw',
  ),
  without(
    'local AWS: a signature in the header or in the query',
    'if (authorization !== undefined && isPresigned) throw',
    'if (false) throw',
  ),
  without(
    'local AWS: the signature of a form',
    "if (!isSameText(hmac(signingKey, encoded).toString('hex'), signature))",
    'if (false)',
  ),
  without('local AWS: the policy of a form expires', 'if (expiresMs <= nowMs)', 'if (false)'),
]

export const LOCAL_BODY_MUTANTS: readonly Mutant[] = [
  without(
    'local AWS: the hash of a body',
    'if (computed === payload) return',
    'if (computed) return',
  ),
  without('local AWS: a body has a limit', 'if (bytes > most) throw', 'if (false) throw'),
  without(
    'local AWS: a decoded body has a limit',
    'if (decoded.content.length > maxBytes) throw',
    'if (false) throw',
  ),
  without(
    'local AWS: a decoded body has its announced length',
    'if (decoded.content.length !== Number(length)) throw',
    'if (false) throw',
  ),
  without('local AWS: each chunk is signed', 'if (form.seed) {', 'if (false) {'),
  without(
    'local AWS: chunks are signed in their order',
    'previous = signature\n',
    'previous ||= signature\n',
  ),
  without(
    'local AWS: trailers are signed',
    'if (form.seed && announced.size > 0) {',
    'if (false) {',
  ),
  without(
    'local AWS: trailers are announced',
    'if (entries.length !== expectedCount || ![...announced].every((name) => trailers.has(name)))',
    'if (false)',
  ),
  without(
    'local AWS: chunks are not small',
    'if ((chunks.at(-1)?.length ?? SMALLEST_CHUNK_BYTES) < SMALLEST_CHUNK_BYTES)',
    'if (false)',
  ),
]

export const LOCAL_POLICY_MUTANTS: readonly Mutant[] = [
  without(
    'local AWS: the session policy limits a session',
    "return [rolePolicy, { layer: 'session policy', statements: role.sessionPolicy ?? [] }]",
    'return [rolePolicy]',
  ),
  without(
    "local AWS: the role's policy limits a session",
    'statements: rolePolicies.get(role.roleArn) ?? EVERYTHING,',
    'statements: EVERYTHING,',
  ),
  without(
    'local AWS: what is not known is denied',
    "if (verdict.verdict === 'allowed') return []",
    "if (verdict.verdict !== 'denied') return []",
  ),
  without(
    'local AWS: managed policies allow nothing',
    'if (role.sessionPolicy === undefined && role.managedPolicyArns.length === 0)',
    'if (role.sessionPolicy === undefined)',
  ),
  without(
    'local AWS: a key that is not known here is not absent',
    '(key) => !known.has(key) && !isUnknownHere(key, request.action),',
    '(key) => !known.has(key),',
  ),
  without(
    'local AWS: an explanation is one line',
    String.raw`/[^\x20-\x7e]/g,`,
    String.raw`/[^\x00-\x7e]/g,`,
  ),
]
