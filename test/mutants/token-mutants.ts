/** Guards of tokens, the choice of the tenant and the grant, and what is said of a refusal. */
import type { Mutant } from './mutant.ts'

export const TOKEN_MUTANTS: readonly Mutant[] = [
  {
    guard: 'tenant: the audience',
    find: 'issuer.audiences.includes(audience)',
    replace: 'true',
  },
  {
    guard: 'tenant: the issuer',
    find: 'profile.issuer === identity.issuer && ',
    replace: '',
  },
  {
    guard: 'tenant: membership',
    find: 'unmetMember(name, issuer.member, identity, trace)',
    replace: 'MET',
  },
  {
    guard: 'tenant: exactly one',
    find: 'remaining.length === 1',
    replace: 'remaining.length >= 1',
  },
  {
    guard: 'tenant: the requested role',
    find: 'accepting.length > 1 ? withRole(accepting, requested.roleArn, trace) : accepting',
    replace: 'accepting',
  },
  {
    guard: 'tenant: at most 16 candidates',
    find: 'if (candidates.length > MAX_CANDIDATES) {',
    replace: 'if (candidates.length > 1000) {',
  },
  {
    guard: 'tenant: at most 16 are evaluated to say why none accepts the token',
    find: 'names.slice(0, MAX_CANDIDATES - evaluated.length)',
    replace: 'names',
  },
  {
    guard: 'tenant: at most five of them in the trace',
    find: 'found.toSorted(byDistance).slice(0, MAX_SHOWN_TENANTS)',
    replace: 'found.toSorted(byDistance)',
  },
  {
    guard: 'tenant: each refusal of a named one writes the reasons of all that are evaluated',
    find: 'const [first] = [...refusing, ...decoys].map(',
    replace: 'const [first] = refusing.map(',
  },
  {
    guard: 'messages: at most 64 characters of a value',
    find: 'const MAX_TEXT_CHARACTERS = 64',
    replace: 'const MAX_TEXT_CHARACTERS = 2_000',
  },
  {
    guard: 'messages: no characters of a value that break or reorder a line',
    find: '.replace(UNPRINTABLE, escaped)',
    replace: '',
  },
  {
    guard: 'messages: no object of a claim',
    find: "? 'an object' : String(value)",
    replace: '? JSON.stringify(value) : String(value)',
  },
  {
    guard: 'messages: no setting of the document in the times that a caller reads',
    find: 'code, `${what}${rule}; ${advice}.`] as const',
    replace: 'code, `${what}${setting}; ${advice}.`] as const',
  },
  {
    guard: 'messages: no algorithm of an issuer for a caller',
    find: 'SIGNATURES.includes(algorithm) ? undefined : noKeyPair(algorithm)',
    replace: 'describeValues(algorithms, algorithm)',
  },
  {
    guard: 'messages: of what STS says, the error code alone for a caller',
    find: 'STS_CODE.exec(message)?.[1] ??',
    replace: 'message ??',
  },
  {
    guard: 'messages: visible ASCII alone for a caller',
    find: '.replace(NOT_ASCII, escaped)',
    replace: '',
  },
  {
    guard: 'messages: nothing that clients of identity pools do not expect',
    find: 'if (request === undefined || request.pool !== undefined) return undefined',
    replace: 'if (request === undefined) return undefined',
  },
  {
    guard: 'messages: of an unusable claim, no value for a caller',
    find: "const found = value !== undefined ? 'other text' :",
    replace: 'const found = value !== undefined ? value :',
  },
  {
    guard: 'rule: at most 16 are evaluated again for the reason of a refusal',
    find: 'if (leading.length === MAX_COMPARED_RULES) break',
    replace: '',
  },
  {
    guard: 'tenant: those that require no claim value',
    find: 'return [...(await Promise.all(found)).flat(), ...always]',
    replace: 'return (await Promise.all(found)).flat()',
  },
  {
    guard: 'index: every condition of a claim value',
    find: 'if (positions) positions.push(position)',
    replace: 'if (positions) positions.at(0)',
  },
  {
    guard: 'rule: those that require no claim value',
    find: 'const found = [...index.always]',
    replace: 'const found: number[] = []',
  },
  {
    guard: 'tenant: the authorized party',
    find: 'party !== undefined && authorizedParties.includes(party)',
    replace: 'true',
  },
  {
    guard: 'token: only strings as audiences',
    find: 'audiences.length === values.length',
    replace: 'audiences.length > 0',
  },
  {
    guard: 'token: azp before client_id',
    find: "const PARTY = ['azp', 'client_id']",
    replace: "const PARTY = ['client_id', 'azp']",
  },
  {
    guard: 'token: the named claim of the party alone',
    find: ': [authorizedPartyClaim]',
    replace: ': [...PARTY, authorizedPartyClaim]',
  },
  {
    guard: 'token: no sub in place of the named subject',
    find: 'path ? lookUpClaim(path, claims) : claims.sub',
    replace: '(path && lookUpClaim(path, claims)) ?? claims.sub',
  },
  {
    guard: 'token: client_id only where there is no aud',
    find: " && !Object.hasOwn(claims, 'aud')",
    replace: '',
  },
  {
    guard: 'tenant: the identity as its own document reads it',
    find: 'const read = { ...identity, ...parties, scope }',
    replace: 'const read = { ...identity, scope }',
  },
  {
    guard: 'tenant: several audiences without a party',
    find: 'anyParty === true || ',
    replace: 'true || ',
  },
  {
    guard: 'token: special claims, also without a value',
    find: 'Object.hasOwn(claims, claim)',
    replace: 'Boolean(claims[claim])',
  },
  {
    guard: 'token: types that are no identity',
    find: 'types.filter((type) => !NON_IDENTITY_TYPES.includes(type))',
    replace: 'types',
  },
  {
    guard: 'deny rules: they decide',
    find: 'if (restriction) return matchedGrant(restriction)',
    replace: 'void restriction',
  },
  {
    guard: 'deny rules: a condition that cannot be evaluated applies',
    find: '!lacksComparedClaim(when, scope)',
    replace: 'false',
  },
  {
    guard: 'deny rules: several must agree',
    find: 'restriction?.name ?? requested.grant',
    replace: 'requested.grant',
  },
  {
    guard: 'keys: an RSA exponent of 1',
    find: 'e < 3n || e % 2n',
    replace: 'e % 2n',
  },
  {
    guard: 'keys: an even RSA exponent',
    find: 'e % 2n === 0n || e >',
    replace: 'e >',
  },
  {
    guard: 'keys: a long RSA exponent',
    find: ' || e > MAX_RSA_EXPONENT',
    replace: '',
  },
  {
    guard: 'keys: CVE-2017-15361',
    find: 'return isFromFlawedLibrary(n)',
    replace: 'return n === 0n',
  },
  {
    guard: 'keys: small order of Ed25519',
    find: 'SMALL_ORDER_Y.includes(y % ED25519_PRIME)',
    replace: 'y < 0n',
  },
  {
    guard: 'records: an unverified issuer is cut',
    find: 'shorten(token?.issuer)',
    replace: 'token?.issuer',
  },
]
