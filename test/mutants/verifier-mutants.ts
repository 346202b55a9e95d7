/** Guards of the verifiers of opaque tokens, outside core. */
import type { Mutant } from './mutant.ts'

export const VERIFIER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'opaque tokens: no result of another tenant',
    find: 'JSON.stringify([source, token])',
    replace: 'JSON.stringify([source.profile, token])',
  },
  {
    guard: 'opaque tokens: a bounded number of checks',
    find: 'if (!budget.spend(name))',
    replace: 'if (!budget.spend(token))',
  },
  {
    guard: 'opaque tokens: never after exp',
    find: 'known && now() < known.expiresMs',
    replace: 'known',
  },
  {
    guard: 'opaque tokens: 3 s for all calls',
    find: 'limit ??= AbortSignal',
    replace: 'limit = AbortSignal',
  },
  {
    guard: 'opaque tokens: no redirects',
    find: 'if (status >= 300 && status < 400)',
    replace: 'if (status < 0)',
  },
  {
    guard: 'opaque tokens: an unknown kind',
    find: 'throw unknownKind(profile, options)',
    replace: "return Promise.resolve({ inactive: '' })",
  },
  {
    guard: 'UserInfo: nothing about the token from the profile',
    find: '...withoutTokenMembers(user)',
    replace: '...user',
  },
  {
    guard: 'UserInfo: one subject in both responses',
    find: '  if (isOther)',
    replace: '  if (false)',
  },
  {
    guard: 'webhook: a long secret',
    find: 'if (key.length < MIN_SECRET_CHARACTERS)',
    replace: "if (key === '')",
  },
  {
    guard: 'webhook: only known members',
    find: 'if (Object.keys(others).length > 0) return',
    replace: 'if (others === undefined) return',
  },
  {
    guard: 'webhook: no other sub',
    find: 'claims.sub !== undefined && claims.sub !== user',
    replace: 'claims === undefined',
  },
  {
    guard: 'webhook: no token in the record',
    find: ".replaceAll(token, '(token)')",
    replace: '',
  },
  {
    guard: 'webhook: its limit, less the age of the response',
    find: 'maxSessionSeconds - Math.ceil(ageMs / 1000)',
    replace: 'maxSessionSeconds',
  },
  {
    guard: 'Amazon: one user in both responses',
    find: 'if (readId(about.user_id) !== sub)',
    replace: "if (sub === '')",
  },
  {
    guard: 'Facebook: is_valid',
    find: 'if (!data.is_valid) return',
    replace: 'if (data.x) return',
  },
  {
    guard: 'Facebook: only tokens of users',
    find: "if (data.type !== 'USER')",
    replace: "if (data.type === 'APP')",
  },
]
