/** `token-broker test`: decides about stated callers, and compares with what is expected. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isRuleTestsFile } from '@token-broker/core/document'
import { EXIT, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { repeatOnChange } from '../command-line/repeat-on-change.ts'
import { type FileResult, runRuleTests } from '../rule-tests/run-rule-tests.ts'
import {
  countsOf,
  coverageText,
  junitXml,
  testFields,
  testsText,
} from '../rule-tests/test-output.ts'
import { createPaint, printJson } from '../terminal.ts'

type TestCall = CommandCall<'boundaries' | 'coverage' | 'format' | 'watch'>

/**
 * @returns the exit code: 0 every test passed, 1 one failed, or a file is invalid
 * @throws {UsageError} a file that cannot be read
 */
export async function testRules(call: TestCall): Promise<number> {
  const results = await runAll(call)
  printResults(call, results)
  if (!call.isSet('watch')) return exitCode(results)
  return watchAndRepeat(call, results)
}

async function runAll({ operands, option }: TestCall): Promise<readonly FileResult[]> {
  const files = (await Promise.all(operands.map(listTestFiles))).flat()
  const results: FileResult[] = []
  for (const file of new Set(files)) results.push(await runRuleTests(file, option('boundaries')))
  return results
}

function printResults(call: TestCall, results: readonly FileResult[]): void {
  const { terminal, option, isSet } = call
  const format = option('format')
  if (format === 'json') printJson(terminal, testFields(results))
  else if (format === 'junit') terminal.print(junitXml(results))
  else {
    terminal.print(testsText(results, createPaint(terminal.stdout)))
    if (isSet('coverage')) terminal.print(coverageText(results))
  }
}

function exitCode(results: readonly FileResult[]): number {
  const { failed, errors } = countsOf(results)
  return failed + errors === 0 ? EXIT.done : EXIT.invalid
}

/** A folder of documents may get new ones. */
function watchAndRepeat(call: TestCall, first: readonly FileResult[]): Promise<never> {
  let inputs = inputsOf(first)
  const folders = [...inputs, ...call.operands].map((file) => dirname(file))
  const isInput = (file: string) => inputs.has(file) || isRuleTestsFile(basename(file))
  return repeatOnChange(call.terminal, folders, isInput, async () => {
    const results = await runAll(call)
    inputs = inputsOf(results)
    printResults(call, results)
  })
}

function inputsOf(results: readonly FileResult[]): ReadonlySet<string> {
  return new Set(results.flatMap(({ inputs }) => inputs.map((file) => join(file))))
}

/** Of a directory, the files with rule tests directly in it. */
async function listTestFiles(path: string): Promise<string[]> {
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
