/** `token-broker test`: decides about stated callers, and compares with what is expected. */
import { basename, dirname, join } from 'node:path'
import { isRuleTestsFile } from '@token-broker/core/document'
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { repeatOnChange } from '../command-line/repeat-on-change.ts'
import { listTestFiles } from '../rule-tests/list-test-files.ts'
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
