/** Finds source files, and exported functions, that share a name without having the same role. */
import path from 'node:path'
import { SHARED_FILE_NAMES, SHARED_FUNCTION_NAMES } from './rules.ts'
import type { SourceTree } from './source-tree.ts'
import type { Violation } from './violation.ts'

interface Named {
  readonly name: string
  readonly file: string
  readonly line: number
}

export function findDuplicateNames({ names, sources }: SourceTree): readonly Violation[] {
  const files = names.map((file) => ({ name: path.posix.basename(file), file, line: 1 }))
  const functions = [...sources].flatMap(([file, { functions }]) =>
    functions.map((found) => ({ ...found, file })),
  )
  return [
    ...duplicates(files, SHARED_FILE_NAMES).map((violation) => ({
      ...violation,
      rule: 'file-name' as const,
    })),
    ...duplicates(functions, SHARED_FUNCTION_NAMES).map((violation) => ({
      ...violation,
      rule: 'function-name' as const,
    })),
  ]
}

function duplicates(
  all: readonly Named[],
  shared: Readonly<Record<string, RegExp>>,
): readonly Omit<Violation, 'rule'>[] {
  const unique = all.filter(({ name, file }) => !shared[name]?.test(file))
  return [...Map.groupBy(unique, ({ name }) => name).values()].flatMap(([first, ...others]) =>
    others.map(({ name, file, line }) => ({
      file,
      line,
      message: `the name ${name} is also used in ${first?.file}; rename one of the two`,
    })),
  )
}
