/**
 * `npm run bench:reuse`: what a response costs with the session of an earlier request, as ratios to
 * one with a session of its own in the same run. Only ratios can be compared between machines.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import type { Figures, Job } from './measure.ts'
import { messageOf, runJob, start } from './processes.ts'
import { medianOf } from './report.ts'
import type { Stub } from './stub-server.ts'

const RUNS = Number(process.env.BENCH_RUNS ?? 9)
const REQUESTS = 1_000
const BUNDLE = path.resolve(import.meta.dirname, '../../dist/broker/index.mjs')
const SHOWN = {
  'CPU µs, 1 in flight': 'cpuMicros1',
  'CPU µs, 32 in flight': 'cpuMicros32',
  'first invocation ms': 'firstMs',
  'max RSS MB': 'maxRssMb',
} as const satisfies Readonly<Record<string, keyof Figures>>

const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
const server = start('stub-server.ts', {})
try {
  const stub = await messageOf<Stub>(server)
  for (const webIdentity of ['minted', 'pass-through'] as const) {
    const issued = environmentOf(stub, webIdentity, undefined)
    const reused = environmentOf(stub, webIdentity, '30m')
    await compare({ [`${webIdentity}, issued`]: issued, [`${webIdentity}, reused`]: reused }, stub)
  }
} finally {
  server.disconnect()
  rmSync(directory, { recursive: true })
}

/** The first one is what the others are compared with. */
async function compare(
  environments: Readonly<Record<string, Record<string, string>>>,
  { tokens }: Stub,
): Promise<void> {
  const figures = new Map<string, Figures[]>(Object.keys(environments).map((name) => [name, []]))
  for (let turn = 1; turn <= RUNS; turn++) {
    const ordered = Object.entries(environments)
    // Every other turn runs backwards, so that no workload always follows the same one.
    for (const [name, environment] of turn % 2 ? ordered : ordered.toReversed()) {
      // The requests before each phase send all tokens, so that all that could be kept is.
      const job: Job = { bundle: BUNDLE, tokens, grant: 'read', requests: REQUESTS }
      figures.get(name)?.push(await runJob<Figures>('measure.ts', environment, job))
    }
    process.stderr.write(`turn ${turn} of ${RUNS}\n`)
  }
  const medians = new Map([...figures].map(([name, runs]) => [name, medianOf(runs)]))
  const [base] = medians.values()
  console.table(Object.fromEntries([...medians].map(([name, row]) => [name, rowOf(row, base)])))
}

function rowOf(figures: Figures, base: Figures | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SHOWN).map(([label, key]) => [
      label,
      `${figures[key].toFixed(0)} (${(figures[key] / (base?.[key] ?? Number.NaN)).toFixed(2)} ×)`,
    ]),
  )
}

function environmentOf(stub: Stub, webIdentity: string, reuse: string | undefined) {
  const file = path.join(directory, `${webIdentity}-${reuse}.jsonl`)
  const text = documentWith(stub.origin, { webIdentity, ...(reuse && { reuse }) })
  const { tenants, errors } = compileTenants([{ file: 'bench.json', text }])
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  writeFileSync(file, tenantsFile(tenants))
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return {
    ...{ AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench', NODE_ENV: 'production' },
    BROKER_LOCAL: '1',
    BROKER_ISSUER: 'https://broker.example',
    BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
    BROKER_STS_ENDPOINT: stub.origin,
    BROKER_SIGNING_KEY: signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    BROKER_TENANTS_FILE: file,
  }
}

function documentWith(issuer: string, grant: object): string {
  return JSON.stringify({
    tenant: 'bench',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    attributes: { user: { from: 'claims.sub' } },
    rules: [{ name: 'all', grant: 'read' }],
    grants: {
      read: {
        ...grant,
        role: 'arn:aws:iam::111122223333:role/bench',
        policy: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' },
        ],
      },
    },
  })
}
