/** Subject tokens and verification profiles for tests of checks that need no signature. */
import type { SubjectToken, VerificationProfile } from '@token-broker/core'
import { createTrace, type Trace } from '../../../packages/core/src/model/trace.ts'
import { parseSubjectToken } from '../../../packages/core/src/verify/subject-token.ts'

const ISSUER = 'https://id.example'

export const PROFILE: VerificationProfile = {
  issuer: ISSUER,
  keys: { from: 'discovery' },
  algorithms: ['RS256'],
  types: ['jwt', 'at+jwt', 'jose'],
  maxTokenAgeSeconds: 86_400,
  clockToleranceSeconds: 30,
}

/** A compact token of a header and a payload, each as a value or as its text, and a signature. */
export function compactToken(
  claims: object | string,
  header: object | string = { alg: 'RS256' },
  signature = 'AAAA',
): string {
  const part = (value: object | string) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  return [part(header), part(claims), signature].join('.')
}

/** Alice's token, with more claims, or with others in place of hers. */
export function unsignedToken(claims: object = {}, header: object = {}): SubjectToken {
  const all = { iss: ISSUER, sub: 'alice', aud: 'app', iat: 1000, exp: 2000, ...claims }
  return parseSubjectToken(compactToken(all, { alg: 'RS256', ...header }), createTrace())
}

/** What a check throws, and the trace that it leaves. */
export function runCheck(check: (trace: Trace) => unknown): { thrown: unknown; trace: Trace } {
  const trace = createTrace()
  try {
    check(trace)
    return { thrown: undefined, trace }
  } catch (thrown) {
    return { thrown, trace }
  }
}
