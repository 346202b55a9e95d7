/** What is wrong with a tenant document, where, and what to write instead. */

export interface TenantDocumentError {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** Such as `grants.reports.policy[0].Resource`; empty: the document itself. */
  readonly path: string
  readonly message: string
  readonly hint: string
}

export type DocumentPath = readonly (string | number)[]

/** A finding before its place in the file is known. */
export interface Fault {
  readonly path: DocumentPath
  readonly message: string
  readonly hint: string
}

/** Takes a finding; checks go on after it, so that all findings come at once. */
export type Report = (path: DocumentPath, message: string, hint: string) => void

export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** One line: `file:line:column path: message; hint`. */
export function formatError(error: TenantDocumentError): string {
  const place = [error.file, error.line, error.column]
    .filter((part) => part !== undefined)
    .join(':')
  return `${place} ${error.path === '' ? '' : `${error.path}: `}${error.message}; ${error.hint}`
}
