/** What the console does with documents, whether they are in the directory or in the table. */
import type { OpenedTenant, SavedTenant, TenantPage } from '@token-broker/console/wire'
import type { CompiledDocument } from '../../documents/read-documents.ts'

export interface ConsoleStore {
  /** @param search part of a name, in any case */
  list(search: string, after: number): Promise<TenantPage>
  open(name: string): Promise<OpenedTenant>
  /** The name of the file, or that which messages show. */
  fileOf(name: string): string
  /** @throws {CliError} the document claims what belongs to another tenant of this store */
  checkOwnership(name: string, document: CompiledDocument): Promise<void>
  /** @throws {CliError} it is not as expected, or claims what belongs to another tenant */
  save(name: string, document: CompiledDocument, expect: string): Promise<SavedTenant>
  /** Puts the candidate in force. @throws {CliError} as `save` */
  promote(name: string, seen: SeenCandidate): Promise<SavedTenant>
  /** @throws {CliError} the candidate is not as expected */
  drop(name: string, seen: SeenCandidate): Promise<void>
}

/** What the operator has seen. */
interface SeenCandidate {
  /** The document in force. */
  readonly expect: string
  readonly candidate: string
}

/** Rows of a list that are read at once. */
export const PAGE_ROWS = 50
