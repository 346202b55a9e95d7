/** The state of a race at some moment. */
import type { Steps, TableStep } from '@token-broker/core/linking'
import type { Outcome } from './race.ts'
import type { Items } from './steps-in-memory.ts'

/** One request during an execution. */
export interface Run {
  readonly steps: Steps<Outcome>
  /** Its next step; undefined: it has ended. */
  next: TableStep | undefined
  /** Name of all that it has read. */
  history: number
  /** Requests that had ended when it made its first step. */
  endedBefore: readonly number[] | undefined
  /** Undefined before the end, and after a crash. */
  outcome: Outcome | undefined
}

/** An execution up to some step. */
export interface Execution {
  readonly items: Items
  readonly runs: readonly Run[]
  readonly before: readonly Outcome[]
  current: number | undefined
  interruptionsLeft: number
  /** There is one fault at most. */
  hasFault: boolean
}
