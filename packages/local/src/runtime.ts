/** Starts the whole broker on one machine: its bundle, a demo IdP and stand-ins for AWS. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CompiledTenant } from '@token-broker/core'
import type { App } from '@token-broker/functions'
import { consoleRoute, isConsolePath } from './console/console-route.ts'
import { startDemoIdp } from './demo-idp.ts'
import { identitySettings } from './kept-identities.ts'
import { listenBeforeReady } from './listen-before-ready.ts'
import { createLocalAccount } from './local-account.ts'
import { type Roles, rolesForTenants } from './local-sts/roles.ts'
import { startLocalSts } from './local-sts/server.ts'
import { newSigningKey } from './new-signing-key.ts'
import { nodeListener } from './node-http.ts'
import { createReloading, writeTenants } from './reload-documents.ts'
import { readRolesFile } from './roles-file.ts'
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './start-local-aws.ts'
import { InvalidInput } from './startup-error.ts'
import { readTenantDocuments, SAMPLES } from './tenant-documents.ts'
import { watchDocuments } from './watch-documents.ts'

/** Port 0 selects a free port. */
export interface RuntimeOptions {
  readonly brokerPort: number
  readonly idpPort: number
  readonly stsPort: number
  /** Folder of tenant documents. Default: the sample tenants. */
  readonly tenantsDir?: string
  /** ARNs of the policies that documents may name as the permissions boundary of a role. */
  readonly permissionsBoundaries?: readonly string[]
  /** URL of another STS. The local STS is then not started. */
  readonly stsEndpoint?: string
  readonly noIdp?: boolean
  /** Starts S3 and DynamoDB too, unless there is another STS: they know no session of it. */
  readonly aws?: LocalAwsOptions
  /** Trust policies for the local STS, instead of those generated from the tenants. */
  readonly rolesFile?: string
  /** Folder in which identities, objects and tables are kept. Default: in memory. */
  readonly dataDir?: string
  /** Receives the log of the local STS, S3 and DynamoDB, line by line. */
  readonly log?: (line: string) => void
  /** Region of the tenant table, and of `stsEndpoint` if AWS serves it. Default: us-east-1. */
  readonly region?: string
  /** Environment variables of the broker for parts that are not started here: KMS, a table. */
  readonly settings?: Readonly<Record<string, string>>
  /** Whether edited documents are read again. Default: they are not. */
  readonly watch?: boolean
  /** Whether `/console` leads to the operator console. Standard output is then copied for it. */
  readonly console?: boolean
}

export interface Runtime {
  readonly brokerUrl: string
  /** With `noIdp`, the URL that the demo IdP would have. */
  readonly idpUrl: string
  readonly stsUrl: string
  readonly aws?: LocalAws
  /** As they were at the start. */
  readonly tenants: readonly CompiledTenant[]
  /** Stops everything and deletes the temporary files. */
  close(): Promise<void>
}

type CreateBroker = (environment: Record<string, string | undefined>) => App | Promise<App>

const BUNDLE = new URL('../../../dist/broker/index.mjs', import.meta.url)

/**
 * Resolves when `GET /healthz` returns 200; until then the broker responds with 503.
 *
 * @throws {InvalidInput} a document, the roles file or a setting is not valid
 * @throws {PortInUse}
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await startServers(options, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startServers(
  options: RuntimeOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<Runtime, 'close'>> {
  const createBroker = await loadBundle()
  const broker = await listenBeforeReady(options.brokerPort)
  closers.push(broker.close)
  const brokerUrl = broker.url

  const brokerSecret = randomBytes(32).toString('hex')
  const idp = options.noIdp
    ? undefined
    : await startDemoIdp({ port: options.idpPort, brokerSecret, brokerUrl })
  if (idp) closers.push(idp.close)
  const idpUrl = idp?.url ?? `http://127.0.0.1:${options.idpPort}`

  const { tenantsDir, permissionsBoundaries, log } = options
  const read = () => readTenantDocuments(tenantsDir, idpUrl, permissionsBoundaries)
  const tenants = await read()
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const compiledFile = join(folder, 'tenants.jsonl')
  await writeTenants(compiledFile, tenants)

  const account = createLocalAccount(tenants, await readRoles(options, tenants, brokerUrl))
  let stsUrl = options.stsEndpoint
  let aws: LocalAws | undefined
  if (stsUrl === undefined) {
    const { stsPort: port, dataDir } = options
    const parts = { tenants, account, folder, dataDir, log }
    aws = options.aws && (await startLocalAws(options.aws, parts, closers))
    const sts = await startLocalSts({
      ...{ port, roles: account.roles },
      ...(aws ? { sessions: aws.sessions } : {}),
      ...(log ? { log } : {}),
    })
    closers.push(sts.close)
    stsUrl = sts.url
  }

  const app = await startBroker(createBroker, {
    BROKER_LOCAL: '1',
    BROKER_TENANTS_RELOAD: options.watch ? 'on' : 'off',
    BROKER_EXPLAIN: 'on',
    BROKER_ISSUER: brokerUrl,
    BROKER_TENANTS_FILE: compiledFile,
    ...(options.settings?.BROKER_KMS_SIGNING_KEY
      ? {}
      : { BROKER_SIGNING_KEY: JSON.stringify(newSigningKey('local')) }),
    BROKER_SESSION_NAME_KEY: randomBytes(32).toString('hex'),
    ...(idp ? { BROKER_SECRET_DEMO_IDP: brokerSecret } : {}),
    BROKER_STS_ENDPOINT: stsUrl,
    ...(await identitySettings(options.dataDir, hasIdentityTable(options))),
    AWS_REGION: options.region ?? 'us-east-1',
    ...options.settings,
  })
  const serve = nodeListener(app)
  const route = options.console
    ? consoleRoute({ folder, brokerUrl, tenantsDir: tenantsDir ?? SAMPLES }, closers)
    : undefined
  broker.serve((request, response) =>
    route && isConsolePath(request) ? route(request, response) : serve(request, response),
  )
  const health = await fetch(`${brokerUrl}/healthz`)
  if (health.status !== 200)
    throw new Error(`The broker is not healthy: GET /healthz returned ${health.status}.`)
  if (options.watch) {
    const apply = (next: readonly CompiledTenant[]) => {
      const roles = options.rolesFile ? account.roles : rolesForTenants(next, brokerUrl)
      account.replace(next, { ...roles })
      aws?.createBuckets(next)
    }
    const report = (line: string) => log?.(line)
    const reload = createReloading({ read, file: compiledFile, apply, log: report }, tenants)
    const stop = watchDocuments(tenantsDir ?? SAMPLES, reload, ({ message }) =>
      report(`tenants: edits are not noticed any more: ${message}`),
    )
    closers.push(async () => stop())
  }
  return { brokerUrl, idpUrl, stsUrl, tenants, ...(aws ? { aws } : {}) }
}

/** @throws {InvalidInput} a setting is not valid */
async function startBroker(
  createBroker: CreateBroker,
  environment: Record<string, string | undefined>,
): Promise<App> {
  try {
    return await createBroker(environment)
  } catch (error) {
    // The bundle has a class of its own for it.
    const isSetting = error instanceof Error && 'code' in error && error.code === 'config_invalid'
    throw isSetting ? new InvalidInput(error.message) : error
  }
}

function hasIdentityTable({ settings }: RuntimeOptions): boolean {
  return Boolean(settings?.BROKER_IDENTITIES_TABLE)
}

async function readRoles(
  { rolesFile }: RuntimeOptions,
  tenants: readonly CompiledTenant[],
  brokerUrl: string,
): Promise<Roles> {
  return rolesFile ? readRolesFile(rolesFile) : rolesForTenants(tenants, brokerUrl)
}

async function loadBundle(): Promise<CreateBroker> {
  try {
    const bundle: { createBroker: CreateBroker } = await import(BUNDLE.href)
    return bundle.createBroker
  } catch (error) {
    if (!existsSync(BUNDLE))
      throw new InvalidInput('The broker bundle is missing: run "npm run build".')
    throw error
  }
}
