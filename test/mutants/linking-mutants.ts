/** Guards of linking; without each of them, some order of requests breaks a guarantee. */
import type { Mutant } from './mutant.ts'

export const LINKING_MUTANTS: readonly Mutant[] = [
  {
    guard: 'linking: the login is written before the guest that it adopts',
    find: "yield* beginLink(login, found.free, { id, born, origin: 'guest' })",
    replace:
      'const mark = `${login.key}#${(found.free?.item.attempt ?? 0) + 1}`\n' +
      "    const slots = { [login.provider]: mark }\n    const kind = 'identity'\n" +
      "    yield* writeIdentity(id, { kind, state: 'user', born, slots }, undefined)\n" +
      "    yield* beginLink(login, found.free, { id, born, origin: 'guest' })",
  },
  {
    guard: 'linking: an unlinked login never returns to the id that it left',
    find: 'generation: generation + generations',
    replace: 'generation: 0',
  },
  {
    guard: 'linking: both sides agree on a link',
    find: 'identity && hasMark(identity.item, login, link.item)) {\n      if',
    replace: 'identity) {\n      if',
  },
  {
    guard: 'linking: merges lead to the older identity',
    find: 'isOlder(first, second) ? [first, second] : [second, first]',
    replace: '[first, second]',
  },
  {
    guard: 'linking: a slot that is taken is not overwritten',
    find: 'if (found !== undefined && (yield* isSlotTaken(item.id',
    replace: "if (found === '' && (yield* isSlotTaken(item.id",
  },
  {
    guard: 'linking: a slot whose login is elsewhere is free',
    find: 'if (item.id !== id || item.attempt !== attempt) return false',
    replace: '',
  },
  {
    guard: 'linking: a guest belongs to the login that claimed it',
    find: ' || stored.item.claimedBy !== key',
    replace: '',
  },
  {
    guard: 'linking: a claim that another login was faster with is not given',
    find: 'const isOurs = isNew || (yield* isClaimed(guest.id, id, key, nowSeconds))',
    replace: 'const isOurs = true',
  },
  {
    guard: 'linking: a deleted id is never used again',
    find: "if (identity?.item.state === 'deleted') yield* free(login, link, 1)",
    replace: "if (identity?.item.state === 'deleted') yield* free(login, link, 0)",
  },
  {
    guard: 'linking: an identity that was disabled in advance stays disabled',
    find: "return identity?.state === 'disabled' && link.state",
    replace: "return identity?.state === 'user' && link.state",
  },
  {
    guard: 'linking: a disabled identity is refused',
    find: "if (root.stored.item.state === 'disabled') return { refused: 'disabled' }",
    replace: '',
  },
  {
    guard: 'linking: a merge is limited',
    find: 'ids.size > MAX_MERGED',
    replace: 'ids.size > 100',
  },
  {
    guard: 'linking: a merged identity is not ended alone',
    find: "if (item.state === 'merged') return { mergedInto: item.into ?? id }",
    replace: '',
  },
  {
    guard: 'linking: an identity lists what is merged into it',
    find: 'if (!(yield* writeIdentity(older.id, next, older.identity))) return',
    replace: 'yield* writeIdentity(older.id, next, older.identity)',
  },
]
