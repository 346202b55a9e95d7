/** The whole broker on one machine: its bundle, a demo IdP, and a stand-in for STS. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tenantsFile } from '@token-broker/core/document'
import type { App } from '@token-broker/functions'
import { startDemoIdp } from './demo-idp.ts'
import { listenBeforeReady } from './listen-before-ready.ts'
import { rolesForTenants } from './local-sts/roles.ts'
import { startLocalSts } from './local-sts/server.ts'
import { newSigningKey } from './new-signing-key.ts'
import { nodeListener } from './node-http.ts'
import { readRolesFile } from './roles-file.ts'
import { InvalidInput, readTenants } from './tenant-documents.ts'

/** A port of 0 takes a free one. */
export interface RuntimeOptions {
  readonly brokerPort: number
  readonly idpPort: number
  readonly stsPort: number
  /** Default: the samples. */
  readonly tenantsDir?: string
  /** Another STS; the local one then does not start. */
  readonly stsEndpoint?: string
  readonly noIdp?: boolean
  /** Trust policies for the local STS in place of those that follow from the tenants. */
  readonly rolesFile?: string
  readonly log?: (line: string) => void
  /** Of the STS endpoint, where `stsEndpoint` is AWS's own, and of the table. */
  readonly region?: string
  /** Settings of the broker for parts that the runtime does not bring: a KMS key that signs, a table of tenants. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Runtime {
  readonly brokerUrl: string
  /** Where `noIdp` is set: where it would have been. */
  readonly idpUrl: string
  readonly stsUrl: string
  close(): Promise<void>
}

type CreateBroker = (environment: Record<string, string | undefined>) => App | Promise<App>

const BUNDLE = new URL('../../../dist/broker/index.mjs', import.meta.url)

/**
 * Resolves when `GET /healthz` answers 200.
 *
 * @throws {InvalidInput} documents, roles or settings that are wrong
 * @throws {PortInUse}
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await start(options, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  options: RuntimeOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<Runtime, 'close'>> {
  const createBroker = await loadBundle()
  const broker = await listenBeforeReady(options.brokerPort)
  closers.push(broker.close)
  const brokerUrl = broker.url

  const idp = options.noIdp ? undefined : await startDemoIdp({ port: options.idpPort })
  if (idp) closers.push(idp.close)
  const idpUrl = idp?.url ?? `http://127.0.0.1:${options.idpPort}`

  const tenants = await readTenants(options.tenantsDir, idpUrl)
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const compiledFile = join(folder, 'tenants.jsonl')
  await writeFile(compiledFile, tenantsFile([...tenants]))

  const stsUrl = options.stsEndpoint ?? (await startSts())
  async function startSts(): Promise<string> {
    const roles = options.rolesFile
      ? await readRolesFile(options.rolesFile)
      : rolesForTenants(tenants, brokerUrl)
    const sts = await startLocalSts({
      port: options.stsPort,
      roles,
      ...(options.log ? { log: options.log } : {}),
    })
    closers.push(sts.close)
    return sts.url
  }

  const app = await createBroker({
    BROKER_LOCAL: '1',
    BROKER_EXPLAIN: 'on',
    BROKER_ISSUER: brokerUrl,
    BROKER_TENANTS_FILE: compiledFile,
    ...(options.settings?.BROKER_KMS_SIGNING_KEY
      ? {}
      : { BROKER_SIGNING_KEY: JSON.stringify(newSigningKey('local')) }),
    BROKER_STS_ENDPOINT: stsUrl,
    AWS_REGION: options.region ?? 'us-east-1',
    ...options.settings,
  })
  broker.serve(nodeListener(app))
  const health = await fetch(`${brokerUrl}/healthz`)
  if (health.status !== 200) throw new Error(`GET /healthz answered ${health.status}`)
  return { brokerUrl, idpUrl, stsUrl }
}

async function loadBundle(): Promise<CreateBroker> {
  try {
    const bundle: { createBroker: CreateBroker } = await import(BUNDLE.href)
    return bundle.createBroker
  } catch (error) {
    if (!existsSync(BUNDLE)) {
      throw new InvalidInput('the broker is not built: run npm run build')
    }
    throw error
  }
}
