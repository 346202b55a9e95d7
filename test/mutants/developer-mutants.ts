/** Guards of backends' requests to identity pools, and of the OpenID tokens of their users. */
import type { Mutant } from './mutant.ts'

export const DEVELOPER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'classic flow: only where the pool has it',
    find: "if (recordCheck(trace, 'resolve', 'the pool has the classic flow', isOn)) return",
    replace: "if (recordCheck(trace, 'resolve', 'the pool has the classic flow', true)) return",
  },
  {
    guard: 'classic flow: not for guests',
    find: 'if (wanted.isClassic) demandNoGuest(poolIdentity, context.trace)',
    replace: '',
  },
  {
    guard: 'OpenID token: the signature',
    find: "if (!isSigned) return 'signature'",
    replace: '',
  },
  { guard: 'OpenID token: the issuer', find: "if (iss !== issuer) return 'issuer'", replace: '' },
  { guard: 'OpenID token: the pool', find: "if (aud !== pool) return 'pool'", replace: '' },
  {
    guard: 'OpenID token: the expiry',
    find: "if (exp <= nowSeconds) return 'expired'",
    replace: '',
  },
  {
    guard: 'OpenID token: not for GetId',
    find: 'if (identityId === undefined || loginsToRemove !== undefined)',
    replace: "if (identityId === '')",
  },
  {
    guard: 'OpenID token: no other login beside it',
    find: 'if (logins.length > 1)',
    replace: 'if (logins.length > 9)',
  },
  {
    guard: 'OpenID token: only where the pool has a developer provider',
    find: 'if (developerProvider === undefined)\n    throw refuse(',
    replace: "if (developerProvider === '')\n    throw refuse(",
  },
  {
    guard: 'OpenID token: the user still has the identity',
    find: "if (root?.id !== id) return { refused: 'not-linked' }",
    replace: '',
  },
  {
    guard: 'backends: the signature is demanded',
    find: 'if (refusal) throw refusal',
    replace: '',
  },
  {
    guard: 'backends: a new user gets no identity of another login',
    find: "if ('free' in found && !(yield* hasIdentity(others, identityId)))",
    replace: 'if (found.refused)',
  },
  {
    guard: 'backends: a user keeps the identity that it has',
    find: "if ('id' in found && found.id !== identityId) return { refused: 'other-identity' }",
    replace: '',
  },
]

export const KEY_PAIR_MUTANTS: readonly Mutant[] = [
  {
    guard: 'OpenID token: the identity of the request',
    find: 'if (claims.sub !== identityId || provider !== pool.developerProvider)',
    replace: 'if (provider !== pool.developerProvider)',
  },
  {
    guard: 'key pairs: read again after a minute',
    find: 'if (known && readAt - known.readAt < FRESH_MS) return known.rootKey',
    replace: 'if (known) return known.rootKey',
  },
  {
    guard: 'key pairs: a revoked one',
    find: "if (sealedKey === undefined) return 'revoked-key'",
    replace: 'if (sealedKey === undefined) return known?.rootKey ?? Buffer.alloc(44)',
  },
  {
    guard: 'key pairs: what was decrypted is a key',
    find: "if (!isRootKey(opened)) return 'unreadable-key'",
    replace: "if (!opened) return 'unreadable-key'",
  },
  {
    guard: 'key pairs: the form of the id',
    find: "if (!isKeyId(keyId)) return 'unknown-key'",
    replace: '',
  },
  {
    guard: 'signature: no session token',
    find: "request.headers['x-amz-security-token'] === undefined\n",
    replace: "request.headers['x-amz-security-token'] !== ''\n",
  },
  {
    guard: 'signature: what is read is signed',
    find: '(name) => headers[name] === undefined || signedHeaders.includes(name),',
    replace: '(name) => name !== undefined,',
  },
  {
    guard: 'signature: of this service',
    find: "if (service !== expectedService) return 'other-service'",
    replace: '',
  },
  {
    guard: 'signature: not too old',
    find: "if (signedMs < nowMs - MAX_SKEW_MS) return 'too-old'",
    replace: '',
  },
  {
    guard: 'signature: not of the future',
    find: "if (signedMs > nowMs + MAX_SKEW_MS) return 'too-new'",
    replace: '',
  },
  {
    guard: 'signature: of this host',
    find: "(name === 'host' ? host : (request.headers[name] ?? ''))",
    replace: '(request.headers[name] ?? host.slice(0, 0))',
  },
]
