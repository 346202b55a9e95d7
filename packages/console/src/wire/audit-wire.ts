/** What the audit view asks: pages of records, and one record with its explanation. */
import type { DecideResult } from './decide-wire.ts'

export interface AuditCalls {
  readonly 'audit/list': { readonly input: AuditListInput; readonly result: AuditPage }
  readonly 'audit/session': {
    readonly input: SessionLifeInput
    readonly result: SessionLifeShown
  }
  /** A record with inputs, decided by the documents as they are now. */
  readonly 'audit/redecide': {
    readonly input: { readonly id: string }
    readonly result: RedecidedShown
  }
  readonly 'audit/record': { readonly input: { readonly id: string }; readonly result: FullRecord }
}

interface AuditListInput {
  /** Values by the names of the options of `token-broker audit`. */
  readonly filter: Readonly<Record<string, string>>
  /** A cursor: only older records. */
  readonly before?: string | undefined
  /** A cursor: only newer records. */
  readonly after?: string | undefined
}

export interface AuditPage {
  /** The newest first. */
  readonly records: readonly ShownRecord[]
  /** Continues with older records; absent: there are none at present. */
  readonly older?: string | undefined
  readonly newest: string
  /** With `after`: there are more new records than the page has. */
  readonly isGap: boolean
  readonly index: {
    readonly records: number
    /** From 0 to 1: how much of the sources is read. */
    readonly progress: number
    /** Lines that are no records. */
    readonly skipped: number
    /** The oldest records are not listed, because there are too many. */
    readonly isFull: boolean
  }
}

/** Of a record, what the list shows. Nothing of it is trusted. */
export interface ShownRecord {
  /** Where it is. */
  readonly id: string
  readonly time: string
  readonly outcome: string
  readonly code: string
  readonly tenant: string
  readonly subject: string
  readonly grant: string
  readonly requestId: string
}

export interface FullRecord {
  readonly id: string
  readonly shown: ShownRecord
  /** Such as who it was and what was decided, each as a text. */
  readonly parts: readonly (readonly [name: string, value: string])[]
  readonly likelyCauses: readonly string[]
  /** All of the record, in JSON. */
  readonly json: string
}

interface SessionLifeInput {
  /** Of a record, as the list has it. */
  readonly id: string
  /** What CloudTrail wrote: a file of a trail, or events in JSON. */
  readonly events: string
  /** Whether CloudTrail, and IAM, are asked with the operator's credentials. */
  readonly looksUpEvents: boolean
  readonly looksUpRole: boolean
}

export interface SessionLifeShown {
  /** As `token-broker audit session` prints it. */
  readonly text: string
  /** Entries of the text that are no events. */
  readonly skippedEntries: number
}

export interface RedecidedShown {
  readonly result: DecideResult
  /** Where the record says something else; none: the decision is the same. */
  readonly differences: readonly {
    readonly member: string
    readonly recorded: string
    readonly found: string
  }[]
}
