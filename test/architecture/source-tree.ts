/** The source files of a repository, each read once. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readSource, type Source } from './read-source.ts'

export interface SourceTree {
  /** Paths below the root of all hand-written source files, in any language. */
  readonly names: readonly string[]
  /** The TypeScript files among them, by path. */
  readonly sources: ReadonlyMap<string, Source>
}

/** @param root directory that contains `packages/` */
export function readSourceTree(root: string): SourceTree {
  const names = globSync('{*,{packages,stacks,test}/**/*}.{ts,tsx,js,mjs,py,go}', {
    cwd: root,
    exclude: (file) => /(^|\/)(node_modules|dist|\.sst)$/.test(file),
  }).sort()
  const sources = names
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => [file, readSource(file, readFileSync(path.join(root, file), 'utf8'))] as const)
  return { names, sources: new Map(sources) }
}

/** The file that a relative import leads to; undefined for a package. */
export function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return path.posix.join(path.posix.dirname(file), specifier)
}
