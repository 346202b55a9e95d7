/**
 * `npm run test:mutation [-- FILES…]`: changes decision code in many small ways with Stryker, and
 * prints by file how many of the changes the unit tests of core detect. Default: all decision code.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const ROOT = path.resolve(import.meta.dirname, '../..')
const CORE = 'packages/core/src'
const STAGES = 'model,expression,automata,policy,verify,decide,session,record'
const DECISION_CODE = [
  `${CORE}/{${STAGES}}/**/*.ts`,
  `${CORE}/document/isolation/**/*.ts`,
  `${CORE}/issue-credentials.ts`,
]
/** Percentage of detected changes below which a file fails the run. */
const LEAST_SCORE = 90
const REPORT = 'dist/mutation.json'
const AGAIN = 'dist/mutation-again.json'

const { positionals } = parseArgs({ allowPositionals: true })
process.chdir(ROOT)
const patterns = positionals.length > 0 ? positionals : DECISION_CODE
const mutate = patterns.flatMap((pattern) => fs.globSync(pattern))
if (mutate.length === 0)
  throw new Error(`No file matches ${patterns.join(' ')}; name files such as ${CORE}/policy/*.ts.`)

const first = await changeAndTest(mutate, REPORT)
// Modules stay loaded between tests, so changes of what runs when one is loaded have no effect.
const survivors = first.filter(({ status }) => status === 'Survived')
process.env.RELOADED_MODULES = 'true'
const second = survivors.length === 0 ? [] : await changeAndTest(placesOf(survivors), AGAIN)
const results = first.map((mutant) =>
  mutant.status === 'Survived' ? (second.find((again) => isSame(again, mutant)) ?? mutant) : mutant,
)

const byFile = Map.groupBy(results, ({ fileName }) => path.relative(ROOT, fileName))
for (const [file, mutants] of byFile) printUndetected(file, mutants)
console.log('\n| file | score | killed | survived | no coverage |\n|---|---|---|---|---|')
for (const [file, mutants] of byFile) printRow(file, mutants)
printRow('all files', results)
console.log(`\nEach change is in ${REPORT}, and those of the second run are in ${AGAIN}.`)
process.exitCode = [...byFile.values()].some((mutants) => scoreOf(mutants) < LEAST_SCORE) ? 1 : 0

function changeAndTest(places: string[], fileName: string): Promise<Mutant[]> {
  return new Stryker({
    mutate: places,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutation/unit-tests.config.ts' },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Stryker cannot read the configuration of TypeScript 7, and reads none that does not exist.
    tsconfigFile: 'absent.json',
    tempDirName: path.join(tmpdir(), 'token-broker-mutation'),
    cleanTempDir: 'always',
    timeoutMS: 30_000,
    dryRunTimeoutMinutes: 30,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName },
    allowConsoleColors: false,
  }).runMutationTest()
}

/** As Stryker reads them: `file:line:column-line:column`, with the first column as 0. */
function placesOf(mutants: readonly Mutant[]): string[] {
  return mutants.map(({ fileName, location: { start, end } }) => {
    const [from, to] = [start, end].map(({ line, column }) => `${line}:${column - 1}`)
    return `${path.relative(ROOT, fileName)}:${from}-${to}`
  })
}

function isSame(one: Mutant, other: Mutant): boolean {
  return isDeepStrictEqual(identityOf(one), identityOf(other))
}

function identityOf({ fileName, location, mutatorName, replacement }: Mutant) {
  return { fileName, location, mutatorName, replacement }
}

function printUndetected(file: string, mutants: readonly Mutant[]): void {
  for (const { status, location, mutatorName, replacement } of mutants) {
    if (status !== 'Survived' && status !== 'NoCoverage') continue
    const { start, end } = location
    const lines = fs.readFileSync(file, 'utf8').split('\n')
    const original = start.line === end.line ? lines[start.line - 1]?.trim() : '(several lines)'
    console.log(`${file}:${start.line}:${start.column} ${status} ${mutatorName}: ${original}`)
    console.log(`  became ${replacement?.replaceAll('\n', ' ')}`)
  }
}

function printRow(file: string, mutants: readonly Mutant[]): void {
  const score = scoreOf(mutants).toFixed(1)
  const undetected = `${count(mutants, 'Survived')} | ${count(mutants, 'NoCoverage')}`
  console.log(`| ${file} | ${score} % | ${countKilled(mutants)} | ${undetected} |`)
}

/** Percentage of the changes that a test detects; a change that runs without end is detected. */
function scoreOf(mutants: readonly Mutant[]): number {
  const killed = countKilled(mutants)
  const all = killed + count(mutants, 'Survived') + count(mutants, 'NoCoverage')
  return all === 0 ? 100 : (100 * killed) / all
}

function countKilled(mutants: readonly Mutant[]): number {
  return count(mutants, 'Killed') + count(mutants, 'Timeout')
}

function count(mutants: readonly Mutant[], status: Mutant['status']): number {
  return mutants.filter((mutant) => mutant.status === status).length
}
