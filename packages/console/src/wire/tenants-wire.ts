/** The calls of the view of tenants. */

export interface TenantsCalls {
  readonly 'tenants/list': { readonly input: ListInput; readonly result: TenantPage }
  readonly 'tenants/open': { readonly input: TenantPlace; readonly result: OpenedTenant }
  readonly 'tenants/version': { readonly input: VersionInput; readonly result: VersionText }
  readonly 'tenants/schema': {
    readonly input: Record<string, never>
    /** The JSON Schema of tenant documents. */
    readonly result: object
  }
  readonly 'tenants/check': { readonly input: DraftInput; readonly result: DraftCheck }
  readonly 'tenants/review': { readonly input: DraftInput; readonly result: DraftReview }
  readonly 'tenants/save': { readonly input: SaveInput; readonly result: SavedTenant }
  readonly 'tenants/promote': { readonly input: SeenCandidate; readonly result: SavedTenant }
  readonly 'tenants/drop': { readonly input: SeenCandidate; readonly result: object }
}

/** The folder of `--tenants`, or the table of `--table`. */
export type TenantSource = 'directory' | 'table'

/** In the directory, the name of a file; in the table, the id of a tenant. */
export interface TenantPlace {
  readonly source: TenantSource
  readonly name: string
}

export interface ListInput {
  readonly source: TenantSource
  /** Part of a name, in any case. */
  readonly search: string
  /** How many rows were shown before. */
  readonly after: number
}

export interface TenantRow {
  readonly name: string
  /** The id that a file states; absent where it states none. */
  readonly tenant?: string
  /** Of the table. */
  readonly version?: number
  readonly state?: 'live' | 'removed'
  readonly at: string
  readonly by?: string
}

export interface TenantPage {
  readonly rows: readonly TenantRow[]
  /** How many match the search. */
  readonly total: number
}

export interface OpenedTenant extends TenantPlace {
  /** As it is stored; empty where the tenant is new or removed. */
  readonly text: string
  /** What a change has to be made on top of: see {@link SaveInput.expect}. */
  readonly expect: string
  readonly version?: number
  readonly state: 'live' | 'removed' | 'new'
  /** Of the table, the newest first. */
  readonly history: readonly PastTenant[]
  /** Decides beside the document, without effect. */
  readonly candidate?: CandidateText
}

export interface CandidateText {
  readonly text: string
  /** What is known of it, such as who put it, beside which version. */
  readonly origin: string
  /** A change has to be made on top of it: see {@link SeenCandidate.candidate}. */
  readonly expect: string
}

/** What the operator has seen: a change on top of anything else is refused. */
export interface SeenCandidate extends TenantPlace {
  /** Of the document in force, as a review compared it. */
  readonly expect: string
  /** Of the candidate. */
  readonly candidate: string
}

export interface PastTenant {
  readonly version: number
  readonly action: string
  /** False: another writer was faster, or the writer stopped. */
  readonly applied: boolean
  readonly at: string
  readonly by: string
}

export interface VersionInput {
  readonly name: string
  readonly version: number
}

export interface VersionText {
  /** Empty: the tenant was removed in this version. */
  readonly text: string
}

export interface DraftInput extends TenantPlace {
  readonly text: string
}

export interface DraftCheck {
  readonly findings: readonly DraftFinding[]
  /** By grant, in the order of the document. */
  readonly proof: readonly ProvedPart[]
}

export interface DraftFinding {
  readonly id: string
  readonly level: 'error' | 'warning'
  readonly path: string
  /** From 1; absent where the text has no such place. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  /** What to write instead. */
  readonly hint: string
  /** Explains findings of this id. */
  readonly page: string
}

export interface ProvedPart {
  readonly grant: string
  /** The statement or the session tag. */
  readonly label: string
  readonly isProved: boolean
  /** What is proved, or an example of two callers who reach the same; one or more lines. */
  readonly text: string
}

/** What a save would change, compared with what is stored at present. */
export interface DraftReview extends DraftCheck {
  /** As of now: a save with it is on top of what the review compared with. */
  readonly expect: string
  /** Absent where one of the two versions is not valid. */
  readonly changes?: readonly DraftChange[]
  /** Differing lines, with a few equal ones around them. */
  readonly lines: readonly DraftLine[]
  /** The document is stored already, without a difference. */
  readonly isSame: boolean
}

export interface DraftChange {
  readonly effect: 'gain' | 'loss' | 'unknown' | 'neutral'
  readonly part: string
  readonly what: string
  /** A request that only one of the versions allows. */
  readonly example?: string
}

export interface DraftLine {
  readonly kind: 'added' | 'removed' | 'same' | 'gap'
  readonly text: string
}

export interface SaveInput extends DraftInput {
  /** The `expect` of what the operator has seen: a save on top of anything else is refused. */
  readonly expect: string
}

export interface SavedTenant {
  readonly expect: string
  readonly version?: number
  readonly isUnchanged: boolean
}
