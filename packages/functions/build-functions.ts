/**
 * `npm run build`: bundles every function into `dist/`, compiles the tenant documents, and prints
 * the contents of each bundle.
 */
import { globSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { isDocumentFile, tenantsFile } from '@token-broker/core/document'
import type { Metafile } from 'esbuild'
import { compileFiles } from '../cli/src/documents/read-documents.ts'
import { hasErrors, lintDocuments, printFindings } from '../cli/src/lint/lint-documents.ts'
import { bundleFunction } from './bundle.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const DIST = path.join(ROOT, 'dist')
const FUNCTIONS = ['broker', 'issuer']

process.chdir(ROOT)
const startedAt = new Date()
const {
  quiet,
  tenants: folder,
  boundaries,
} = parseArgs({
  options: {
    quiet: { type: 'boolean', default: false },
    tenants: { type: 'string', default: 'stacks/tenants' },
    // The policies that the stage accepts as permissions boundaries, separated by commas.
    boundaries: { type: 'string' },
  },
}).values
const tenants = await compileDocuments()
if (tenants === undefined) process.exit(1)
const metafiles = await Promise.all(FUNCTIONS.map(buildFunction))
const lastFile = path.join(DIST, 'broker/tenants.jsonl')
writeFileSync(lastFile, tenants.text)
// A source that changed meanwhile is newer, so that build-if-changed.ts builds again.
utimesSync(lastFile, startedAt, startedAt)
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
  const { documents, errors } = compileFiles(files, boundaries)
  const findings = await lintDocuments({ files, errors })
  printFindings(process, findings)
  if (hasErrors(findings)) return undefined
  const tenants = documents.map(({ tenant }) => tenant)
  return { count: tenants.length, text: tenantsFile(tenants) }
}

/** One directory per function, emptied first, because SST deploys everything in it. */
async function buildFunction(name: string): Promise<Metafile> {
  const directory = path.join(DIST, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  return bundleFunction(
    `packages/functions/src/lambda/${name}.ts`,
    path.join(directory, 'index.mjs'),
  )
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
