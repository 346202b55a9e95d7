/** Guards of issuers: of opaque tokens, private ones, those of presets, and their secrets. */
import type { Mutant } from './mutant.ts'

export const ISSUER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'issuer: at most three other spellings are looked up, of a short one',
    find: 'issuer.length > MAX_ISSUER_CHARACTERS ? [] : respell(issuer)',
    replace: 'respell(issuer)',
  },
  {
    guard: 'opaque tokens: what an issuer said is of one tenant',
    find: 'const source = { tenant: tenant.tenant, issuer, profile,',
    replace: "const source = { tenant: '', issuer, profile,",
  },
  {
    guard: 'opaque tokens: iss of the response',
    find: '  demandSameIssuer(claims, issuer, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: no refresh token',
    find: '  demandAccessToken(claims, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: no ID token',
    find: "'id_token', 'id', ",
    replace: '',
  },
  {
    guard: 'opaque tokens: no special token',
    find: '  refuseSpecialTokens({ claims }, issuer, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: expiry',
    find: '  checkLifetime({ claims }, issuer, ports.now(), trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: visible ASCII only',
    find: 'if (!TOKEN_CHARACTERS.test(text))',
    replace: "if (text === '')",
  },
  {
    guard: 'opaque tokens: one of several issuers is named',
    find: 'issuer === undefined || candidates.length > 1) {',
    replace: 'issuer === undefined) {',
  },
  {
    guard: 'opaque tokens: an expiry, unless the document needs none',
    find: "exp === undefined && expiresAt === 'optional'",
    replace: 'exp === undefined',
  },
  {
    guard: 'opaque tokens: the audience of the response',
    find: "if (audienceClaim === 'none') {",
    replace: "if (audienceClaim !== 'aud') {",
  },
  {
    guard: 'webhook: the limit of sessions',
    find: 'Math.min(granted, limit)',
    replace: 'granted',
  },
  {
    guard: 'webhook: a request for more than its limit',
    find: 'seconds <= limit, `<=',
    replace: 'seconds > 0, `<=',
  },
  {
    guard: 'webhook: no released token beside its limit',
    find: 'if (authorized.identity.maxSessionSeconds !== undefined) {',
    replace: 'if (audience === undefined) {',
  },
  {
    guard: 'UserInfo: a statement of the application',
    find: 'if (singleApplication === undefined)',
    replace: "if (url === '')",
  },
  {
    guard: 'UserInfo: one audience where it is stated',
    find: 'if (issuer.audiences.length > 1)',
    replace: 'if (issuer.audiences.length > 1000)',
  },
  {
    guard: 'tokens: of the issuer that the request names',
    find: 'demand(trace, check, token.issuer === issuer, issuer, token.issuer, ',
    replace: "demand(trace, check, token.issuer !== '', issuer, token.issuer, ",
  },
  {
    guard: 'preset: the form of the issuer',
    find: 'if (form === undefined)\n',
    replace: 'if (form === null)\n',
  },
  {
    guard: 'preset: the whole name of the issuer',
    find: 'issuer.exec(name)?.[0] === name',
    replace: 'issuer.test(name)',
  },
  {
    guard: 'preset: what it states itself',
    find: '(one) => issuer[one] !== undefined',
    replace: '() => false',
  },
  {
    guard: 'preset: only its algorithms',
    find: 'if (!algorithms.includes(algorithm))',
    replace: 'if (algorithms.length === 0)',
  },
  {
    guard: 'preset: the customer of a shared issuer',
    find: 'if (claims === undefined) return\n',
    replace: 'return\n',
  },
  {
    guard: 'preset: the customer in a claim of its own',
    find: "if (compared.some(([claim = '']) => claims.includes(claim))) return",
    replace: 'if (compared.length > 0) return',
  },
  {
    guard: 'preset: no key location for hosted providers',
    find: 'const hostedPreset = z.strictObject({ kind: presetKinds(false) })',
    replace: 'const hostedPreset = z.strictObject({ kind: presetKinds(false), ...keyLocation })',
  },
  {
    guard: 'private issuer: one of the roots issued itself',
    find: 'isRead && !certificates.some((one) => one && isSelfIssued(one))',
    replace: 'false',
  },
  {
    guard: 'private issuer: no private key beside the roots',
    find: "if (text.includes('PRIVATE KEY'))\n",
    replace: 'if (false)\n',
  },
  {
    guard: 'secrets: those of the own tenant',
    find: 'const below = (name: string) => `${tenant}/${name}`',
    replace: 'const below = (name: string) => name',
  },
]
