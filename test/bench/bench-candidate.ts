/**
 * `npm run bench:candidate`: what a request costs with and without a candidate document, as ratios
 * to a request without one in the same run. Only ratios can be compared between machines.
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

const RUNS = 7
const REQUESTS = 500
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
  const environments = {
    'no candidate': environmentOf(stub, 'none', undefined),
    'a candidate that decides the same': environmentOf(stub, 'same', 'arn:aws:s3:::b/{{user}}/*'),
    'a candidate with another policy': environmentOf(stub, 'other', 'arn:aws:s3:::c/{{user}}/*'),
  }
  const figures = new Map<string, Figures[]>(Object.keys(environments).map((name) => [name, []]))
  for (let turn = 1; turn <= RUNS; turn++) {
    const ordered = Object.entries(environments)
    // Every other turn runs backwards, so that no workload always follows the same one.
    for (const [name, environment] of turn % 2 ? ordered : ordered.toReversed()) {
      const job: Job = { bundle: BUNDLE, tokens: stub.tokens, grant: 'read', requests: REQUESTS }
      figures.get(name)?.push(await runJob<Figures>('measure.ts', environment, job))
    }
    process.stderr.write(`turn ${turn} of ${RUNS}\n`)
  }
  const medians = new Map([...figures].map(([name, runs]) => [name, medianOf(runs)]))
  const base = medians.get('no candidate')
  console.table(Object.fromEntries([...medians].map(([name, row]) => [name, rowOf(row, base)])))
} finally {
  server.disconnect()
  rmSync(directory, { recursive: true })
}

function rowOf(figures: Figures, base: Figures | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SHOWN).map(([label, key]) => [
      label,
      `${figures[key].toFixed(0)} (${(figures[key] / (base?.[key] ?? Number.NaN)).toFixed(2)} ×)`,
    ]),
  )
}

/** @param resource of the candidate's statement; undefined: there is no candidate */
function environmentOf(stub: Stub, name: string, resource: string | undefined) {
  const file = path.join(directory, `${name}.jsonl`)
  const documents = [
    { file: 'bench.json', text: documentWith(stub.origin, 'arn:aws:s3:::b/{{user}}/*') },
    ...(resource === undefined
      ? []
      : [{ file: 'bench.candidate.json', text: documentWith(stub.origin, resource) }]),
  ]
  const { tenants, errors } = compileTenants(documents)
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

function documentWith(issuer: string, resource: string): string {
  return JSON.stringify({
    tenant: 'bench',
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    attributes: { user: { from: 'claims.sub' } },
    rules: [
      { name: 'nobody', when: 'claims.sub == "nobody"', grant: 'read' },
      { name: 'all', grant: 'read' },
    ],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/bench',
        policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
      },
    },
  })
}
