/** What the view of rule tests asks: which files there are, their results, and their coverage. */
import type { ShownMismatch } from './decide-wire.ts'

export interface TestsCalls {
  readonly 'tests/list': { readonly input: Record<string, never>; readonly result: TestFileList }
  readonly 'tests/names': {
    /** A file of the list. */
    readonly input: { readonly file: string }
    readonly result: { readonly tests: readonly NamedTest[] }
  }
  readonly 'tests/run': {
    /** Files of the list; at most as many as it says. */
    readonly input: { readonly files: readonly string[] }
    readonly result: TestRun
  }
}

export interface TestFileList {
  readonly files: readonly string[]
  /** Why there are none. */
  readonly note?: string
  readonly maxFilesPerRun: number
}

export interface NamedTest {
  readonly name: string
  /** Where the test begins in its file. */
  readonly line: number
}

export interface TestRun {
  readonly files: readonly ShownTestFile[]
  /** By kind: rules, grants, statements. */
  readonly coverage: Readonly<Record<string, ShownCoverage>>
}

/** Names are `TENANT: NAME`. */
interface ShownCoverage {
  readonly all: readonly string[]
  readonly missing: readonly string[]
}

export interface ShownTestFile {
  readonly file: string
  /** Of the file or its documents, with excerpts; absent: the tests ran. */
  readonly errors?: string
  readonly tests: readonly ShownTest[]
}

export interface ShownTest {
  readonly name: string
  readonly line: number
  readonly passed: boolean
  readonly code?: string | undefined
  readonly tenant?: string | undefined
  readonly rule?: string | undefined
  readonly grant?: string | undefined
  readonly mismatches: readonly ShownMismatch[]
}
