/**
 * `npm run build`: bundles every function into `dist/`, compiles the tenant documents, and prints
 * the contents of each bundle.
 */
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { isDocumentFile, tenantsFile } from '@token-broker/core/document'
import type { Metafile } from 'esbuild'
import { compileFiles } from '../cli/src/documents/read-documents.ts'
import { hasErrors, lintDocuments, printFindings } from '../cli/src/lint/lint-documents.ts'
import { bundleFunction } from './bundle.ts'
import { describeExcess } from './bundle-budget.ts'
import { CODE } from './code-files.ts'
import { writeCodeCaches } from './write-code-caches.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(ROOT, 'dist')
const FUNCTIONS = ['broker', 'issuer']

process.chdir(ROOT)
const startedAt = new Date()
const {
  quiet,
  tenants: chosenFolder,
  'no-tenants': noTenants,
  boundaries,
} = parseArgs({
  options: {
    quiet: { type: 'boolean', default: false },
    tenants: { type: 'string' },
    // All tenants are in a table.
    'no-tenants': { type: 'boolean', default: false },
    // The policies that the stage accepts as permissions boundaries, separated by commas.
    boundaries: { type: 'string' },
  },
}).values
const folder = chosenFolder ?? 'stacks/tenants'
const tenants = noTenants ? { count: 0, text: tenantsFile([]) } : await compileDocuments()
if (tenants === undefined) process.exit(1)
const metafiles = await Promise.all(FUNCTIONS.map(buildFunction))
const lastFile = path.join(DIST, 'broker/tenants.jsonl')
writeFileSync(lastFile, tenants.text)
// A source that changed meanwhile is newer, so that build-if-changed.ts builds again.
utimesSync(lastFile, startedAt, startedAt)
for (const [index, name] of FUNCTIONS.entries()) {
  const excess = metafiles[index] && describeExcess(name, metafiles[index])
  if (excess === undefined) continue
  console.error(excess)
  process.exitCode = 1
}
if (!quiet) {
  for (const metafile of metafiles) printContents(metafile)
  console.log(`dist/broker/tenants.jsonl: ${tenants.count} tenants`)
}

/**
 * Prints what `token-broker validate` prints.
 * @returns undefined if there was an error in any file
 */
async function compileDocuments(): Promise<{ count: number; text: string } | undefined> {
  const files = globSync(`${folder}/*`)
    .filter(isDocumentFile)
    .sort()
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  if (files.length === 0 && !acceptsNoDocuments()) return undefined
  const { documents, errors } = compileFiles(files, boundaries)
  const findings = await lintDocuments({ files, errors })
  printFindings(process, findings, files)
  if (hasErrors(findings)) return undefined
  const tenants = documents.map(({ tenant }) => tenant)
  return { count: tenants.length, text: tenantsFile(tenants) }
}

/**
 * A broker without tenants refuses every request. The folder of this repository has no document
 * until an operator writes one, and the build must work before; any other folder was named for its
 * documents.
 */
function acceptsNoDocuments(): boolean {
  const found = existsSync(folder) ? 'found none' : 'found no such folder'
  const what = `no tenant documents in ${folder}: expected .yaml, .yml or .json files, ${found}`
  if (chosenFolder === undefined) {
    if (!quiet) console.warn(`warning: ${what}; a broker of this build cannot be deployed without`)
    return true
  }
  console.error(`${what}; add a document, or use --no-tenants if all tenants are in a table`)
  return false
}

/** One directory per function, emptied first, because SST deploys everything in it. */
async function buildFunction(name: string): Promise<Metafile> {
  const directory = path.join(DIST, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const entry = `packages/functions/src/lambda/${name}.ts`
  const index = path.join(directory, 'index.mjs')
  if (name !== 'broker') return bundleFunction(entry, index)
  const metafile = await bundleFunction(entry, path.join(directory, CODE), { script: true })
  await bundleFunction('packages/functions/src/lambda/load-broker.ts', index)
  writeCodeCaches(directory)
  return metafile
}

function printContents({ outputs }: Metafile): void {
  for (const [file, { bytes, inputs }] of Object.entries(outputs)) {
    const byPackage = new Map<string, number>()
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const owner = packageOf(input)
      byPackage.set(owner, (byPackage.get(owner) ?? 0) + bytesInOutput)
    }
    console.log(file)
    for (const [owner, size] of [...byPackage].sort((a, b) => b[1] - a[1])) {
      if (size > 0)
        console.log(`  ${owner.padEnd(32)} ${kilobytes(size)}  ${percent(size / bytes)}`)
    }
    const gzipped = kilobytes(gzipSync(readFileSync(file)).length).trim()
    console.log(`  ${'total'.padEnd(32)} ${kilobytes(bytes)}  (gzip ${gzipped})\n`)
  }
}

function packageOf(input: string): string {
  if (input.startsWith('builtin:')) return 'node modules, by reference'
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]
  return installed ?? /^packages\/[^/]+/.exec(input)?.[0] ?? input
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9)
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`.padStart(7)
}
