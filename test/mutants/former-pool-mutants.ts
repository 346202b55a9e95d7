/** Guards of users who keep the ids that they had in a former pool. */
import type { Mutant } from './mutant.ts'

export const FORMER_POOL_MUTANTS: readonly Mutant[] = [
  {
    guard: 'former pool: a login that left does not return',
    find: 'return (free?.item.generation ?? 0) === 0 ? formerId : undefined',
    replace: 'return formerId',
  },
  {
    guard: 'former pool: one login per provider',
    find:
      'if (mark !== undefined && (yield* isSlotTaken(formerId, login.provider, mark)))\n' +
      "        return { refused: 'provider-taken' }",
    replace: '',
  },
  {
    guard: 'former pool: no login loses its former identity to another one',
    find: "if (formerId !== undefined && formerId !== id) return { refused: 'two-identities' }",
    replace: '',
  },
  {
    guard: 'former pool: an identity that is disabled in advance',
    find: "const isKnown = link.origin === 'own' || link.origin === 'former'",
    replace: "const isKnown = link.origin === 'own'",
  },
]

export const FORMER_POOL_ADAPTER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'former pool: asked only about logins that were never here',
    find: 'formerPool !== undefined && (await runSteps(areNew(presented), table))',
    replace: 'formerPool !== undefined',
  },
  {
    guard: 'former pool: a failure refuses',
    find: 'await find(formerPool, presented, signal).catch(refuse)',
    replace: 'await find(formerPool, presented, signal).catch(() => undefined)',
  },
  {
    guard: 'former pool: an id that a user can have',
    find: 'id !== undefined && mayBeUserId(keys, id)',
    replace: 'id !== undefined',
  },
]
