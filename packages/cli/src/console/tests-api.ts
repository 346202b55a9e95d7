/** The console's API for rule tests: which files there are, their results, and their coverage. */

import type { NamedTest, ShownTestFile, TestFileList, TestRun } from '@token-broker/console/wire'
import { formatError, readRuleTests, renderErrors, sourceTexts } from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'
import { readInputFile } from '../documents/read-documents.ts'
import { listTestFiles } from '../rule-tests/list-test-files.ts'
import { coverageOf } from '../rule-tests/rule-coverage.ts'
import { type FileResult, runRuleTests } from '../rule-tests/run-rule-tests.ts'
import { memberText, memberTexts, readMembers } from './call-input.ts'
import type { ConsoleCall, ConsoleContext, ConsoleSources } from './console-context.ts'

/** How many files one call runs: the page shows progress, and may stop. */
const MAX_FILES_PER_RUN = 25

/** Every file with rule tests beside the documents. */
export const listRuleTests: ConsoleCall<TestFileList> = async (input, { sources }) => {
  readMembers(input, [])
  const maxFilesPerRun = MAX_FILES_PER_RUN
  try {
    return { files: await listedTestFiles(sources), maxFilesPerRun }
  } catch (error) {
    if (error instanceof UsageError) return { files: [], note: error.message, maxFilesPerRun }
    throw error
  }
}

/** @param input `{ file }`, one that is listed */
export const listTestNames: ConsoleCall<{ readonly tests: readonly NamedTest[] }> = async (
  input,
  { sources },
) => {
  const file = memberText(readMembers(input, ['file']), 'file') ?? ''
  await requireListed([file], sources)
  const { ruleTests, errors } = readRuleTests(await readInputFile(file), file)
  if (ruleTests === undefined)
    throw new UsageError(`${file} is invalid:\n${errors.map(formatError).join('\n')}`)
  return { tests: ruleTests.tests.map(({ name, line }) => ({ name, line })) }
}

/** @param input `{ files }`, at most {@link MAX_FILES_PER_RUN} of those that are listed */
export const runListedFiles: ConsoleCall<TestRun> = async (input, context) => {
  const files = memberTexts(readMembers(input, ['files']), 'files')
  if (files.length > MAX_FILES_PER_RUN)
    throw new UsageError(`files: expected at most ${MAX_FILES_PER_RUN}, found ${files.length}`)
  await requireListed(files, context.sources)
  const shown: ShownTestFile[] = []
  const results: FileResult[] = []
  for (const file of files)
    try {
      const result = await runRuleTests(file, context.sources.boundaries)
      results.push(result)
      shown.push(shownFile(result))
    } catch (error) {
      // Such as a document of the file that cannot be read: the other files run nevertheless.
      if (!(error instanceof UsageError)) throw error
      shown.push({ file, errors: error.message, tests: [] })
    }
  return { files: shown, coverage: coverageOf(results) }
}

/**
 * @param line where the only test to run begins
 * @throws {UsageError} a file that is not listed, or cannot be read
 */
export async function runListedTest(
  file: string,
  line: number | undefined,
  { sources }: Pick<ConsoleContext, 'sources'>,
): Promise<FileResult> {
  await requireListed([file], sources)
  return runRuleTests(file, sources.boundaries, line)
}

/** No page may read another file. */
async function requireListed(files: readonly string[], sources: ConsoleSources): Promise<void> {
  const listed = new Set(await listedTestFiles(sources))
  const other = files.find((file) => !listed.has(file))
  if (other === undefined) return
  throw new UsageError(`${other}: expected a listed file with rule tests; list them again`)
}

async function listedTestFiles({ tenantsDir }: ConsoleSources): Promise<readonly string[]> {
  if (tenantsDir === undefined)
    throw new UsageError('rule tests are files beside the documents; start with --tenants DIR')
  return listTestFiles(tenantsDir)
}

function shownFile({ file, errors, sources, results }: FileResult): ShownTestFile {
  const paint = (_: string, text: string) => text
  return {
    file,
    ...(errors.length > 0
      ? { errors: renderErrors(errors, { textOf: sourceTexts(sources), paint }) }
      : {}),
    tests: results.map(({ test, decision, mismatches }) => ({
      name: test.name,
      line: test.line,
      passed: mismatches.length === 0,
      code: decision.refusal?.code,
      tenant: decision.tenant,
      rule: decision.rule,
      grant: decision.grant,
      mismatches,
    })),
  }
}
