/** The environment of a measured broker, and the file with its tenants. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CompiledTenant } from '@token-broker/core'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'

/** The built broker. */
export const BUNDLE = path.resolve(import.meta.dirname, '../../../dist/broker/index.mjs')
export const BROKER_ISSUER = 'https://broker.example'
/** What every handler gets. */
export const COMMON = {
  AWS_REGION: 'eu-west-1',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  NODE_ENV: 'production',
}

const SIGNING_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

/**
 * @param stub with STS at its origin
 * @param file for the compiled tenants
 */
export function brokerEnvironment(
  { origin }: { readonly origin: string },
  file: string,
  documents: readonly object[],
): Readonly<Record<string, string>> {
  compileMeasured(file, documents)
  return environmentWith(origin, file)
}

export function environmentWith(origin: string, file: string): Readonly<Record<string, string>> {
  return {
    ...COMMON,
    BROKER_LOCAL: '1',
    BROKER_ISSUER,
    BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
    BROKER_STS_ENDPOINT: origin,
    BROKER_SIGNING_KEY: SIGNING_KEY,
    BROKER_TENANTS_FILE: file,
  }
}

/**
 * @param others number of copies of the first tenant, each with an id and an issuer of its own
 */
export function compileMeasured(file: string, documents: readonly object[], others = 0): void {
  const files = documents.map((document, index) => ({
    file: `${index}.json`,
    text: JSON.stringify(document),
  }))
  writeFiles(file, files, others)
}

/** Writes one tenant with a candidate document. */
export function compileWithCandidate(file: string, document: object, candidate: object): void {
  writeFiles(file, [
    { file: 'bench.json', text: JSON.stringify(document) },
    { file: 'bench.candidate.json', text: JSON.stringify(candidate) },
  ])
}

function writeFiles(
  file: string,
  files: readonly { readonly file: string; readonly text: string }[],
  others = 0,
): void {
  const { tenants, errors } = compileTenants(files)
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  const [first] = tenants
  const copies = Array.from({ length: first ? others : 0 }, (_, index) =>
    copyOf(first as CompiledTenant, index),
  )
  writeFileSync(file, tenantsFile([...copies, ...tenants]))
}

/** A copy, because compiling 100,000 documents would take longer than the measurements. */
function copyOf(tenant: CompiledTenant, index: number): CompiledTenant {
  const issuers = tenant.issuers.map((issuer) => ({
    ...issuer,
    profile: { ...issuer.profile, issuer: `https://id-${index}.example` },
  }))
  return { ...tenant, tenant: `tenant-${index}`, issuers }
}
