/** What a hostile player tries, by whose session it is tried with. */
import type { Attempt } from './attempt.ts'
import { AGAINST_OBJECTS, OBJECT_ATTEMPTS } from './object-attempts.ts'
import { AGAINST_ROWS, TABLES_OF_BOARD } from './table-attempts.ts'

/** With the session of a user or a guest, against another user or guest. */
export const AGAINST_PLAYERS: readonly Attempt[] = [...AGAINST_OBJECTS, ...AGAINST_ROWS]

/** With the session of the leaderboard, which everybody gets. */
export const OF_BOARD: readonly Attempt[] = [...OBJECT_ATTEMPTS.slice(0, 3), ...TABLES_OF_BOARD]
