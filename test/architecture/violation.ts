/** One place that violates the dependency rule. */
export interface Violation {
  readonly file: string
  readonly line: number
  readonly rule:
    | 'package'
    | 'folder'
    | 'cycle'
    | 'dependency'
    | 'global'
    | 'file-name'
    | 'function-name'
  readonly message: string
}
