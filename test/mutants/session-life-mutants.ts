/** Guards of what is said about a session by records, documents and events of CloudTrail. */
import type { Mutant } from './mutant.ts'

export const RECORDED_POLICY_MUTANTS: readonly Mutant[] = [
  {
    guard: 'recorded policy: only one with the recorded digest',
    find: 'if (policy && sha256Hex(JSON.stringify(policy)) === session.policySha256)',
    replace: 'if (policy)',
  },
]

export const SESSION_LIFE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'policy of an event: only one with the recorded digest',
    find: ' || sha256Hex(policy) !== policySha256',
    replace: '',
  },
  {
    guard: 'events: only those of the access key',
    find: 'return accessKeyId === owner.accessKeyId',
    replace: 'return true',
  },
  {
    guard: 'events without an access key: only those before the end of the session',
    find: ' || event.timeMs <= owner.expiresMs + CLOCK_MS',
    replace: ' || true',
  },
  {
    guard: 'events: no control characters of them',
    find: 'return oneLine(\n    text.length > MAX_VALUE_CHARACTERS',
    replace: 'return String(\n    text.length > MAX_VALUE_CHARACTERS',
  },
  {
    guard: 'events: a bounded size of what gzip contains',
    find: '{ maxOutputLength: MAX_BYTES }',
    replace: '{}',
  },
  {
    guard: 'events: a bounded number of denials',
    find: 'else if (denials.size < MAX_DENIALS)',
    replace: 'else if (denials.size < Infinity)',
  },
  {
    guard: 'sessions: no secret as an id',
    find: 'for (const id of ids) refuseSecret(id)',
    replace: '',
  },
]
