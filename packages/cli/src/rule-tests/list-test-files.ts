/** Lists the files with rule tests of a directory. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isRuleTestsFile } from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'

/**
 * Of a directory, the files with rule tests directly in it.
 * @throws {UsageError} there are none
 */
export async function listTestFiles(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => undefined)
  if (entry?.isDirectory() !== true) {
    if (entry === undefined || isRuleTestsFile(basename(path))) return [path]
    throw new UsageError(`${path}: expected a file such as acme.test.yaml, or a directory`)
  }
  const names = (await readdir(path)).filter(isRuleTestsFile).sort()
  if (names.length === 0)
    throw new UsageError(`${path}: expected rule tests (.test.yaml, .yml or .json), found none`)
  return names.map((name) => join(path, name))
}
