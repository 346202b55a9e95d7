/** Runs files with rule tests: reads their documents, and decides about each stated request. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CompiledTenant, Decision } from '@token-broker/core'
import {
  type RuleTest,
  type RuleTests,
  readRuleTests,
  type TenantDocumentError,
} from '@token-broker/core/document'
import { UsageError } from '../cli-error.ts'
import { type DocumentText, readDocuments, readInputFile } from '../documents/read-documents.ts'
import { checkExpectations, type Mismatch } from './check-expectations.ts'
import { decideTest } from './decide-test.ts'

export interface TestResult {
  readonly test: RuleTest
  readonly decision: Decision
  /** Empty: the test passed. */
  readonly mismatches: readonly Mismatch[]
  /** Positions of the statements of the session policy that decided a request to AWS. */
  readonly decisive: ReadonlySet<number>
  readonly milliseconds: number
}

export interface FileResult {
  readonly file: string
  /** Files whose changes can change the result. */
  readonly inputs: readonly string[]
  /** Of the file itself and of its documents; where there is any, no test ran. */
  readonly errors: readonly TenantDocumentError[]
  /** The texts of the files that `errors` name. */
  readonly sources: readonly DocumentText[]
  readonly tenants: readonly CompiledTenant[]
  readonly results: readonly TestResult[]
}

/**
 * @param line where the only test to run begins; undefined: all run
 * @throws {UsageError} a file that cannot be read
 */
export async function runRuleTests(
  file: string,
  boundaries?: string,
  line?: number,
): Promise<FileResult> {
  const text = await readInputFile(file)
  const { ruleTests, errors } = readRuleTests(text, file)
  const sources = [{ file, text }]
  const nothing = { file, inputs: [file], tenants: [], results: [], sources }
  if (ruleTests === undefined) return { ...nothing, errors }
  const read = await readDocuments(await documentsOf(file, ruleTests), boundaries)
  const inputs = [file, ...read.files.map((document) => document.file)]
  if (read.errors.length > 0)
    return { ...nothing, inputs, errors: read.errors, sources: read.files }
  const tenants = read.documents.map(({ tenant }) => tenant)
  const results: TestResult[] = []
  const chosen = ruleTests.tests.filter((test) => line === undefined || test.line === line)
  for (const test of chosen) results.push(await runTest(test, tenants, file))
  return { file, inputs, errors: [], sources, tenants, results }
}

async function runTest(
  test: RuleTest,
  tenants: readonly CompiledTenant[],
  file: string,
): Promise<TestResult> {
  const started = performance.now()
  const jwt = test.token === undefined ? undefined : await readJwt(join(dirname(file), test.token))
  const decision = await decideTest(test, tenants, jwt)
  const checked = within(`${file}:${test.line}`, () => checkExpectations(test.expect, decision))
  return { test, decision, ...checked, milliseconds: performance.now() - started }
}

async function readJwt(file: string): Promise<string> {
  const jwt = (await readInputFile(file)).trim()
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(jwt)) return jwt
  throw new UsageError(`${file}: expected a JWT; state what another token says as claims`)
}

/** Adds the place to the error of a request to AWS that cannot be read. */
function within<Result>(place: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${place}: ${error.message}`)
  }
}

/** The documents that the file names, or else the one with its own name. */
async function documentsOf(file: string, { documents }: RuleTests): Promise<readonly string[]> {
  if (documents) return documents.map((document) => join(dirname(file), document))
  const stem = basename(file).replace(/\.test\.(ya?ml|json)$/, '')
  const names = ['yaml', 'yml', 'json'].map((ending) => join(dirname(file), `${stem}.${ending}`))
  for (const name of names) if (await isReadable(name)) return [name]
  throw new UsageError(
    `${file}: found no document ${names.join(' or ')}; name the documents in "documents"`,
  )
}

function isReadable(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  )
}
