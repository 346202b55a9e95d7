/** What all views ask: the sources of the console, and whether their documents are compiled. */
import type { TenantPage } from './tenants-wire.ts'

export interface ShellCalls {
  readonly 'console/start': { readonly input: StartInput; readonly result: FirstData }
  /** Compiles the documents of the directory, if they are not. */
  readonly 'documents/progress': {
    readonly input: Record<string, never>
    readonly result: DocumentsProgress
  }
}

export interface DocumentsProgress {
  readonly done: number
  readonly total: number
  readonly isReady: boolean
}

interface StartInput {
  /** Whether the page shows the list of tenants first. */
  readonly tenants: boolean
}

/** All that the first view shows, so that it asks once. */
export interface FirstData extends StartInfo {
  /** Of the directory. Absent where it cannot be read: the list is asked then, and says why. */
  readonly firstTenants?: TenantPage
}

export interface StartInfo {
  readonly version: string
  /** Folder of tenant documents, as it was named on the command line. */
  readonly tenantsDir?: string
  readonly table?: string
  readonly records: readonly string[]
  readonly logGroup?: string
  readonly endpoint?: string
}
