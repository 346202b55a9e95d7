/** What the frame of the page asks: which sources the console was started with. */

export interface ShellCalls {
  readonly 'console/start': { readonly input: Record<string, never>; readonly result: StartInfo }
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
