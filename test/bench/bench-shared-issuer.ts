/**
 * `npm run bench:shared`: what a decision costs where 50 or 5,000 tenants share an issuer and an
 * audience, in the bundled file and in the table. Only the ratios can be compared between machines.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CompiledTenant, explainDecision, type RequestFields } from '@token-broker/core'
import { compileTenant, tenantsFile } from '@token-broker/core/document'
import { newHead, newIndexItems } from '@token-broker/functions/tenant-table'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
} from '@token-broker/functions/verifier'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { summarizeIssuer } from '../../packages/cli/src/tenant/summarize-issuer.ts'
import { createBundledTenants } from '../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { createCachedTenants } from '../../packages/functions/src/adapters/stores/cached-tenants.ts'
import {
  createDynamodbTenants,
  openDynamodbTable,
} from '../../packages/functions/src/adapters/stores/dynamodb-tenants.ts'
import type { TenantSource } from '../../packages/functions/src/adapters/stores/tenant-source.ts'
import { NO_POOLS } from '../fixtures/no-pools.ts'
import { NO_SAML } from '../fixtures/no-saml.ts'
import { CREDENTIALS, REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable } from '../fixtures/write-tenants.ts'

const SIZES = [50, 5_000] as const
const ROUNDS = 7
const REQUESTS = 500
const WIDTH = 50
const ISSUER = 'https://id.example'

const { privateKey, publicKey } = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }

/** Which request is sent, and which tenants share the issuer. */
const REQUEST_KINDS: Readonly<
  Record<string, { readonly org: string; readonly tenant?: string; readonly member?: string }>
> = {
  'no tenant named, issued': { org: 'o7' },
  'no tenant named, no member': { org: 'nobody' },
  'no tenant named, not indexed': { org: 'o7', member: 'claims.org.endsWith("ORG")' },
  'tenant named, issued': { org: 'o7', tenant: 't7' },
  'tenant named, refused': { org: 'o7', tenant: 't8' },
}

function tenantsOf(size: number, member = 'claims.org == "ORG"'): CompiledTenant[] {
  return Array.from({ length: size }, (_, index) => {
    const document = {
      tenant: `t${index}`,
      issuers: [
        {
          issuer: ISSUER,
          verify: { kind: 'jwt', keys: [jwk] },
          audiences: ['app'],
          member: member.replace('ORG', `o${index}`),
        },
      ],
      rules: [{ name: 'all', grant: 'read' }],
      grants: { read: { role: 'arn:aws:iam::111122223333:role/app' } },
    }
    const { tenant, errors } = compileTenant(JSON.stringify(document), '')
    if (!tenant) throw new Error(JSON.stringify(errors))
    return tenant
  })
}

function tokenOf(org: string): Promise<string> {
  return new SignJWT({ org })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(ISSUER)
    .setSubject('alice')
    .setAudience('app')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
}

async function fillTable(tenants: readonly CompiledTenant[]) {
  const table = await startTenantsTable()
  const written = {
    version: 1,
    at: '2026-01-31T12:00:00Z',
    by: 'bench',
    indexed: [],
    settled: true,
    candidateNumber: 0,
    candidateJson: undefined,
  }
  const left = [...tenants]
  const lane = async () => {
    for (let tenant = left.pop(); tenant !== undefined; tenant = left.pop()) {
      const compiledJson = JSON.stringify(tenant)
      await table.put(newHead(tenant.tenant, { ...written, compiledJson }))
      for (const item of newIndexItems(tenant, 1)) await table.put(item)
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, lane))
  const operator = openOperatorTable(table)
  await summarizeIssuer(operator, ISSUER)
  operator.close()
  return table
}

function decide(tenants: TenantSource, subjectToken: string, tenant: string | undefined) {
  const fields: RequestFields = {
    ...{ subjectToken, tenant },
    ...{ grant: undefined, durationSeconds: undefined, statements: undefined },
  }
  const caller = { requestId: 'r', endpoint: 'native', clientIp: '127.0.0.1', userAgent: undefined }
  const signal = new AbortController().signal
  return explainDecision(
    fields,
    { ...caller, signal, recordSignal: signal },
    {
      tenants,
      verifier,
      samlVerifier: NO_SAML,
      identityPools: NO_POOLS,
      proofVerifier: { verify: () => false },
      opaqueVerifier: { verify: () => Promise.reject(new Error('no token is opaque')) },
      signer: undefined,
      sts: { assumeRoleWithWebIdentity: () => Promise.reject(new Error('nothing is assumed')) },
      audit: { write: async () => undefined },
      brokerIssuer: 'https://broker.example',
      sessionNameKey: 'a key of 32 characters for tests',
      now: Date.now,
      monotonicNs: process.hrtime.bigint,
      newId: () => 'id',
    },
  )
}

const fetchJson = createJsonFetcher({ allowLoopback: false, privateHosts: new Set() })
const verifier = createJwtVerifier({ keyCache: createKeyCache({ fetchJson, now: Date.now }) })
const directory = mkdtempSync(path.join(tmpdir(), 'bench-shared-'))
const closers: (() => Promise<void>)[] = []

/** Each call opens the store without anything in its caches. */
async function openers(size: number, member: string | undefined) {
  const tenants = tenantsOf(size, member)
  const file = path.join(directory, `${size}-${member ? 'plain' : 'indexed'}.jsonl`)
  writeFileSync(file, tenantsFile(tenants))
  const { name: tableName, url: endpoint, close } = await fillTable(tenants)
  closers.push(close)
  const access = { region: REGION, credentials: CREDENTIALS, now: Date.now }
  const table = openDynamodbTable({ tableName, endpoint, ...access })
  return {
    bundled: () => createBundledTenants(file).store,
    table: () => createCachedTenants(createDynamodbTenants(table, Date.now), Date.now),
  }
}

type Openers = Awaited<ReturnType<typeof openers>>

/** Milliseconds of the first decision of a store, and the median microseconds of later ones. */
async function measure(store: TenantSource, token: string, tenant: string | undefined) {
  const timed = async () => {
    const started = performance.now()
    await decide(store, token, tenant)
    return performance.now() - started
  }
  const firstMs = await timed()
  const times: number[] = []
  for (let request = 0; request < REQUESTS; request++) times.push((await timed()) * 1000)
  return { firstMs, warmMicros: median(times) }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function row(what: string, unit: string, [few = 0, many = 0]: readonly number[]): void {
  const cells = [few, many].map((value) => `${value.toFixed(1)} ${unit}`.padStart(16)).join('')
  console.log(`${what.padEnd(50)}${cells}${(many / few).toFixed(2).padStart(9)}`)
}

try {
  const heads = SIZES.map((size) => `${size} tenants`.padStart(16)).join('')
  console.log(`${''.padEnd(50)}${heads}${'ratio'.padStart(9)}`)
  const opened = new Map<string | undefined, readonly Openers[]>()
  for (const [kind, { org, tenant, member }] of Object.entries(REQUEST_KINDS)) {
    const token = await tokenOf(org)
    const bySize =
      opened.get(member) ?? (await Promise.all(SIZES.map((size) => openers(size, member))))
    opened.set(member, bySize)
    for (const place of ['bundled', 'table'] as const) {
      const figures = SIZES.map((): { firstMs: number; warmMicros: number }[] => [])
      // One more round warms up the compiler.
      for (let round = -1; round < ROUNDS; round++) {
        for (const [index, open] of bySize.entries()) {
          const found = await measure(open[place](), token, tenant)
          if (round >= 0) figures[index]?.push(found)
        }
      }
      const medians = (of: 'firstMs' | 'warmMicros') =>
        figures.map((found) => median(found.map((figure) => figure[of])))
      row(`${kind}, ${place}`, 'µs', medians('warmMicros'))
      row('  the first request of an environment', 'ms', medians('firstMs'))
    }
  }
} finally {
  await Promise.all(closers.map((close) => close()))
  rmSync(directory, { recursive: true })
}
