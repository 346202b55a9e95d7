/** The results of several runs of rule tests as one: a page runs a few files at a time. */
import type { ShownTestFile, TestRun } from '../../wire/tests-wire.ts'

/** By kind. A name is reached if the tests of any file reach it. */
export type AddedCoverage = Readonly<
  Record<string, { readonly all: ReadonlySet<string>; readonly reached: ReadonlySet<string> }>
>

export interface Ran {
  readonly files: ReadonlyMap<string, ShownTestFile>
  readonly coverage: AddedCoverage
}

export const NO_RUN: Ran = { files: new Map(), coverage: {} }

export function addRun(before: Ran, { files, coverage }: TestRun): Ran {
  const added = Object.entries(coverage).map(([kind, { all, missing }]) => {
    const known = before.coverage[kind]
    const missed = new Set(missing)
    const reached = all.filter((name) => !missed.has(name))
    return [
      kind,
      {
        all: new Set([...(known?.all ?? []), ...all]),
        reached: new Set([...(known?.reached ?? []), ...reached]),
      },
    ] as const
  })
  return {
    files: new Map([...before.files, ...files.map((file) => [file.file, file] as const)]),
    coverage: { ...before.coverage, ...Object.fromEntries(added) },
  }
}

export function countsOfRuns({ files }: Ran): {
  readonly passed: number
  readonly failed: number
  readonly invalid: number
} {
  const all = [...files.values()]
  const tests = all.flatMap((file) => file.tests)
  const passed = tests.filter((test) => test.passed).length
  const invalid = all.filter(({ errors }) => errors !== undefined).length
  return { passed, failed: tests.length - passed, invalid }
}
