/** A broker with the tenant document of one page, and a stand-in for the page's provider. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type AuditRecord, BrokerError, isObject } from '@token-broker/core'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
  createSamlVerifier,
} from '@token-broker/functions/verifier'
import { exportPKCS8, generateKeyPair } from 'jose'
import { createCallerLimits } from '../../packages/functions/src/adapters/limits/caller-limits.ts'
import { createLocalSigner } from '../../packages/functions/src/adapters/signers/local-signer.ts'
import { createBundledTenants } from '../../packages/functions/src/adapters/stores/bundled-tenants.ts'
import { createSts } from '../../packages/functions/src/adapters/sts/assume-role.ts'
import { createApp } from '../../packages/functions/src/app.ts'
import { clientOf, closeAfterTests, makeTemporaryFolder, startServer } from '../fixtures/index.ts'
import { NO_POOLS } from '../fixtures/no-pools.ts'
import { startStsServer } from '../fixtures/sts-server.ts'

/** What a provider publishes: JSON, or the text of metadata. */
interface Published {
  readonly documents: Readonly<Record<string, unknown>>
  readonly keySetType?: string | undefined
}

/**
 * Everything is real but the names of hosts: what the broker fetches from a provider comes from a
 * server on the loopback interface, which has each document under its whole URL.
 */
export async function startProviderBroker(document: string, published: Published) {
  const provider = await startProvider(published)
  const sts = await closeAfterTests(startStsServer())
  const { store } = createBundledTenants(writeTenants(document))
  const fetchLocally = createJsonFetcher({ allowLoopback: true, privateHosts: new Set() })
  const keyCache = createKeyCache({
    fetchJson: (url, options) => fetchLocally(`${provider.url}/${url}`, options),
    now: Date.now,
  })
  const audit: AuditRecord[] = []
  const brokerIssuer = 'https://broker.example'
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const app = createApp({
    tenants: store,
    reportDeniedOrigin: async () => undefined,
    allowsOrigin: store.allowsOrigin,
    verifier: createJwtVerifier({ keyCache }),
    samlVerifier: createSamlVerifier({ keyCache, now: Date.now }),
    identityPools: NO_POOLS,
    proofVerifier: { verify: () => false },
    opaqueVerifier: {
      verify: () => Promise.reject(new BrokerError('internal', 'No issuer has opaque tokens.')),
    },
    signer: createLocalSigner({ currentKey: await exportPKCS8(privateKey), issuer: brokerIssuer }),
    sts: createSts({ region: 'eu-central-1', endpoint: sts.url }),
    audit: { write: async (record) => void audit.push(record) },
    brokerIssuer,
    publicKeys: undefined,
    sessionNameKey: randomBytes(32).toString('hex'),
    explain: false,
    sessions: undefined,
    findProblems: async () => [],
    now: Date.now,
    monotonicNs: process.hrtime.bigint,
    newId: () => 'request',
    limits: createCallerLimits(undefined, Date.now),
  })
  return { ...clientOf(app), audit, sts, requests: provider.requests }
}

/** Responds with 404 for other URLs, and with 406 where the client does not accept the type. */
async function startProvider({ documents, keySetType }: Published) {
  const requests: string[] = []
  const { url } = await closeAfterTests(
    startServer(({ url: target = '', headers }, response) => {
      const asked = target.slice(1)
      requests.push(asked)
      const document = documents[asked]
      if (document === undefined) return response.writeHead(404).end()
      if (typeof document === 'string') return response.end(document)
      const isKeySet = isObject(document) && 'keys' in document
      const type = (isKeySet && keySetType) || 'application/json'
      if (!headers.accept?.split(', ').includes(type)) return response.writeHead(406).end()
      return response.writeHead(200, { 'content-type': type }).end(JSON.stringify(document))
    }),
  )
  return { url, requests }
}

function writeTenants(text: string): string {
  const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text }])
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  const file = path.join(makeTemporaryFolder(), 'tenants.jsonl')
  writeFileSync(file, tenantsFile(tenants))
  return file
}
