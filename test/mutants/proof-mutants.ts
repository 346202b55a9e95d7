/** Guards of tokens that are bound to a key, in the verify stage of core. */
import type { Mutant } from './mutant.ts'

export const PROOF_MUTANTS: readonly Mutant[] = [
  {
    guard: 'bound token: always with its proof',
    find: '  demandKeyOf(token, dpop, context)\n',
    replace: '',
  },
  {
    guard: 'bound token: no actor token without its proof',
    find: '  demandKeyOf(token, undefined, context)\n',
    replace: '',
  },
  {
    guard: 'bound token: always with its proof, where the issuer is asked',
    find: '  demandPossession(claims, token.text, dpop, context)\n',
    replace: '',
  },
  {
    guard: 'bound token: no unknown member of cnf',
    find: 'members.every(([name]) => MEMBERS.includes(name))',
    replace: 'true',
  },
  {
    guard: 'bound token: no empty cnf',
    find: ' && digests.length > 0',
    replace: '',
  },
  {
    guard: 'bound token: never as a bearer token',
    find: " && dpop.scheme !== 'Bearer'",
    replace: '',
  },
  {
    guard: 'bound token: required',
    find: "if (proofOfPossession !== 'required') return\n",
    replace: 'return\n',
  },
  {
    guard: 'bearer token: not with the scheme DPoP',
    find: "if (dpop?.scheme !== 'DPoP') return\n",
    replace: 'return\n',
  },
  {
    guard: 'client certificate: that of the token',
    find: 'found === expected, expected, found ??',
    replace: 'found !== undefined, expected, found ??',
  },
  {
    guard: 'proof: one header',
    find: "if (header.includes(','))",
    replace: 'if (false)',
  },
  {
    guard: 'proof: its type',
    find: "if (typ !== 'dpop+jwt')",
    replace: 'if (false)',
  },
  {
    guard: 'proof: algorithms by allow list',
    find: 'if (!ALGORITHMS.includes(algorithm))',
    replace: 'if (false)',
  },
  {
    guard: 'proof: no private key',
    find: '!isObject(jwk) || PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))',
    replace: '!isObject(jwk)',
  },
  {
    guard: 'proof: of the token’s key',
    find: 'const isKey = thumbprint === jkt',
    replace: 'const isKey = true',
  },
  {
    guard: 'proof: an id',
    find: "typeof jti === 'string' && jti !== ''",
    replace: 'true',
  },
  {
    guard: 'proof: for this method',
    find: 'const isMethod = htm === method',
    replace: 'const isMethod = true',
  },
  {
    guard: 'proof: for this URL',
    find: 'normalizeProofUrl(htu) === url',
    replace: 'true',
  },
  {
    guard: 'proof: no backslash in the URL',
    find: " || text.includes('\\\\')",
    replace: '',
  },
  {
    guard: 'proof: no user in the URL',
    find: 'if (!url || url.username || url.password)',
    replace: 'if (!url)',
  },
  {
    guard: 'proof: for this token',
    find: 'const isSame = ath === sha256Base64url(token)',
    replace: 'const isSame = true',
  },
  {
    guard: 'proof: recent',
    find: 'Math.abs(now - iat) <= CLOCK_SECONDS',
    replace: 'now - iat <= CLOCK_SECONDS',
  },
  {
    guard: 'proof: not old',
    find: 'Math.abs(now - iat) <= CLOCK_SECONDS',
    replace: 'iat - now <= CLOCK_SECONDS',
  },
  {
    guard: 'proof: its signature',
    find: 'const isSigned = ports.proofVerifier.verify(proof)',
    replace: 'const isSigned = true',
  },
  {
    guard: 'proof: a nonce of the broker',
    find: '  demandNonce(proof, context)\n',
    replace: '',
  },
  {
    guard: 'nonce: with the key of the deployment',
    find: 'if (!equalsSecret(nonce, nonceOf(key, time))) return false\n',
    replace: '',
  },
  {
    guard: 'nonce: not old',
    find: ' && ageSeconds <= PROOF_NONCE_SECONDS',
    replace: '',
  },
  {
    guard: 'nonce: not of the future',
    find: 'ageSeconds >= -CLOCK_SECONDS && ',
    replace: '',
  },
  {
    guard: 'session policy: no IPv6 address without its prefix',
    find: 'if (IP_OPERATOR.test(operator) && text !== template)',
    replace: 'if (false)',
  },
]
