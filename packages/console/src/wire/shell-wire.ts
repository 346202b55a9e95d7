/** What all views ask: the sources of the console, and whether their documents are compiled. */

export interface ShellCalls {
  readonly 'console/start': { readonly input: Record<string, never>; readonly result: StartInfo }
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

export interface StartInfo {
  readonly version: string
  /** Folder of tenant documents, as it was named on the command line. */
  readonly tenantsDir?: string
  readonly table?: string
  readonly records: readonly string[]
  readonly logGroup?: string
  readonly endpoint?: string
}
