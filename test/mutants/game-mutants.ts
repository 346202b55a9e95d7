/** Guards of the game's page: of its sign-in, and of what it saves. */
import type { Mutant } from './mutant.ts'

export const GAME_MUTANTS: readonly Mutant[] = [
  {
    guard: 'game: a sign-in that this tab started',
    find: 'if (!pending || !provider || pending.state !== state)',
    replace: 'if (!pending || !provider)',
  },
  {
    guard: 'game: a verifier is used once',
    find: '  const text = tab.get(KEY)\n  tab.remove(KEY)\n',
    replace: '  const text = tab.get(KEY)\n',
  },
  {
    guard: 'game: an ID token of this sign-in',
    find: 'nonceOf(token) !== pending.nonce',
    replace: 'nonceOf(token) === undefined',
  },
  {
    guard: 'game: a score is one row',
    find: "'attribute_not_exists(#round)'",
    replace: "'attribute_not_exists(#round) OR attribute_exists(#round)'",
  },
  {
    guard: 'game: guests are not on the leaderboard',
    find: '...(isOnBoard ? { board: { S: BOARD } } : {}),',
    replace: 'board: { S: BOARD },',
  },
  {
    guard: 'game: a profile is saved only over the version that was read',
    find: "ConditionExpression: '#version = :version'",
    replace: "ConditionExpression: '#version >= :version'",
  },
  {
    guard: 'game: a lost response is not a conflict',
    find: 'if (isSameProfile(merged.profile, stored))',
    replace: 'if (isSameProfile(base, stored))',
  },
  {
    guard: 'game: a score leaves the queue after it is saved',
    find: 'await putScore(clients, identityId, queued, !isGuest)',
    replace: 'void putScore(clients, identityId, queued, !isGuest).catch(() => undefined)',
  },
  {
    guard: 'game: a score of the user who played',
    find: 'if (queued.owner !== owner) continue',
    replace: "if (queued.owner === '') continue",
  },
  {
    guard: "game: a user's own picture stays",
    find: "...(onlyIfNone ? { IfNoneMatch: '*' } : {}),",
    replace: '',
  },
  {
    guard: 'game: a guest is forgotten only when nothing of it can be copied any more',
    find: '      if (!(error instanceof GuestNotReadable)) throw error\n',
    replace: '',
  },
  {
    guard: 'game: nothing is stored after sign-out',
    find: 'if (isClosed) return false',
    replace: 'if (isClosed) isClosed = false',
  },
]
