/** What an import reports beside the document. */

export interface ImportNotes {
  /** What the operator has to do or to decide before the document is used. */
  readonly toDo: readonly string[]
  /** What the pool has and the document does not. */
  readonly lost: readonly string[]
}

export function joinNotes(all: readonly ImportNotes[]): ImportNotes {
  return {
    toDo: [...new Set(all.flatMap(({ toDo }) => toDo))],
    lost: [...new Set(all.flatMap(({ lost }) => lost))],
  }
}
