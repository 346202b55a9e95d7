/** What the page asks the command line, and what it gets: one entry for each call. */
import type { AuditCalls } from './audit-wire.ts'
import type { DecideCalls } from './decide-wire.ts'
import type { ShellCalls } from './shell-wire.ts'
import type { TenantsCalls } from './tenants-wire.ts'
import type { TestsCalls } from './tests-wire.ts'
import type { TrustCalls } from './trust-wire.ts'

export type {
  AuditPage,
  FullRecord,
  RedecidedShown,
  SessionLifeShown,
  ShownRecord,
} from './audit-wire.ts'
export type { DecidedStage, DecideResult, ShownPermission } from './decide-wire.ts'

export type { DocumentsProgress, FirstData, StartInfo } from './shell-wire.ts'
export type * from './tenants-wire.ts'
export type { NamedTest, ShownTestFile, TestFileList, TestRun } from './tests-wire.ts'
export type { ShownTrustDifference, TrustPage } from './trust-wire.ts'

/** By the name of the call: `POST /api/NAME` with the input as JSON responds with the result. */
export type ConsoleCalls = AuditCalls &
  DecideCalls &
  ShellCalls &
  TenantsCalls &
  TestsCalls &
  TrustCalls

export type CallName = keyof ConsoleCalls
export type InputOf<Name extends CallName> = ConsoleCalls[Name]['input']
export type ResultOf<Name extends CallName> = ConsoleCalls[Name]['result']

/** The response of a call that failed. */
export interface CallFailure {
  readonly error: {
    readonly code: FailureCode
    /** What failed, what was expected and found, and what to do. */
    readonly message: string
  }
}

/**
 * - `invalid`: the input, a document, an option or a permission is wrong
 * - `conflict`: something has changed since it was read
 * - `unavailable`: the broker or the table cannot be reached at present
 * - `unauthorized`: the access key is missing or of another start
 * - `forbidden`: the request is not one of the page
 * - `unknown`: there is no such call
 * - `internal`: a fault of the command line
 */
export type FailureCode =
  | 'invalid'
  | 'conflict'
  | 'unavailable'
  | 'unauthorized'
  | 'forbidden'
  | 'unknown'
  | 'internal'
