/** Guards of settings and of readiness, each with the change that removes it. */
import type { Mutant } from './mutant.ts'

export const READINESS_MUTANTS: readonly Mutant[] = [
  {
    guard: 'a broker without tenants does not start',
    find: 'if (bundled.tenants > 0 || configuration.tenantsTable !== undefined) return bundled',
    replace: 'if (bundled.tenants >= 0) return bundled',
  },
  {
    guard: 'no discovery document without keys',
    find: 'return jwks.keys.length > 0 ? jwks : refuseWithoutKeys()',
    replace: 'return jwks',
  },
  {
    guard: 'a broker that has not started is no issuer',
    find: '  if (!startFailure) return issuerRoutes(',
    replace: '  if (startFailure !== null) return issuerRoutes(',
  },
  {
    guard: 'KMS and DynamoDB are not asked for every question about readiness',
    find: 'if (last === undefined || at - last.at >= FRESH_MS)',
    replace: 'if (last === undefined || at >= 0)',
  },
  {
    guard: 'readiness calls KMS',
    find: "attempt(signer?.sign({ aud: 'readiness', exp: 0 }, signal), {",
    replace: 'attempt(undefined, {',
  },
  {
    guard: 'anyone may read only the part of a setting’s error without paths',
    find: 'problem: `${what}.`, fix',
    replace: 'problem: `${what}${detail}.`, fix',
  },
  {
    guard: 'a public key is refused as a signing key at the start',
    find: "  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) return 'a public key'",
    replace: "  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) return undefined",
  },
]

export const READINESS_MUTANT_TESTS = [
  'test/endpoints/readiness.test.ts',
  'test/unit/configuration/key-settings.test.ts',
]
