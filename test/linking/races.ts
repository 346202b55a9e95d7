/** All races that are checked. */
import { END_RACES } from './end-races.ts'
import { GUEST_RACES } from './guest-races.ts'
import { LINK_RACES, SIGN_IN_RACES, UNLINK_RACES } from './link-races.ts'
import { MERGE_RACES } from './merge-races.ts'
import { MIGRATION_RACES } from './migration-races.ts'
import type { Race } from './race.ts'

/** In CI, and in the long run. */
export const DEFAULT_INTERRUPTIONS = [3, 4] as const

export const RACES: readonly Race[] = [
  ...SIGN_IN_RACES,
  ...MIGRATION_RACES,
  ...GUEST_RACES,
  ...LINK_RACES,
  ...UNLINK_RACES,
  ...MERGE_RACES,
  ...END_RACES,
]
