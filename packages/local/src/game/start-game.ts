/** Starts the sample game: its page, the demo providers, and the local runtime with its tenant. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDemoProviders } from '../demo-providers/start-demo-providers.ts'
import { listenBeforeReady } from '../listen-before-ready.ts'
import { type Runtime, startRuntime } from '../runtime.ts'
import { gameClientIds, localGameDocument, readGameDocument } from './game-document.ts'
import { gamePageListener, readPageFiles } from './game-page-server.ts'
import { readGameSecrets, secretSettings } from './game-secrets.ts'
import { GAME_TABLES } from './game-tables.ts'
import { pageSettings } from './page-settings.ts'

export interface GameOptions {
  /**
   * Of the page. The servers behind it have the next five: broker, providers, STS, S3 and DynamoDB.
   * 0 selects free ports.
   */
  readonly port: number
  /** Folder in which everything is kept. Default: it is lost at the end. */
  readonly dataDir?: string
  /** Folder of the built page. */
  readonly pageDir?: string
  /** Receives the logs of the local services, line by line. */
  readonly log?: (line: string) => void
}

export interface RunningGame {
  /** Of the page, without a slash at the end. */
  readonly url: string
  readonly providersUrl: string
  readonly runtime: Runtime
  close(): Promise<void>
}

const PAGE = fileURLToPath(new URL('../../../../dist/game', import.meta.url))
const APP_NAME = 'Lantern Marsh'

/**
 * @throws {InvalidInput} the page was not built, or the folder of data cannot be used
 * @throws {PortInUse}
 */
export async function startGame(options: GameOptions): Promise<RunningGame> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { ...(await startParts(options, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startParts(
  { port, dataDir, pageDir = PAGE, log }: GameOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<RunningGame, 'close'>> {
  const portAt = (offset: number) => (port === 0 ? 0 : port + offset)
  const files = await readPageFiles(pageDir)
  const page = await listenBeforeReady(port)
  closers.push(page.close)

  const { text, tenant } = await readGameDocument()
  const secrets = await readGameSecrets(dataDir)
  const clientIds = gameClientIds(tenant)
  const providers = await startDemoProviders({
    ...{ port: portAt(2), appName: APP_NAME, clientIds },
    facetsSecret: secrets['facebook-app'],
    redirectUris: [`${page.url}/`],
  })
  closers.push(providers.close)

  const tenantsDir = await mkdtemp(join(tmpdir(), 'token-broker-game-'))
  closers.push(() => rm(tenantsDir, { recursive: true, force: true }))
  const document = localGameDocument(text, providers.url, page.url)
  await writeFile(join(tenantsDir, 'tenant.yaml'), document)
  const runtime = await startRuntime({
    ...{ brokerPort: portAt(1), idpPort: portAt(2), stsPort: portAt(3) },
    ...{ tenantsDir, noIdp: true },
    aws: { s3Port: portAt(4), dynamodbPort: portAt(5), tables: GAME_TABLES },
    settings: secretSettings(secrets),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(log ? { log } : {}),
  })
  closers.push(runtime.close)

  const addresses = {
    broker: runtime.brokerUrl,
    providers: providers.url,
    s3: runtime.aws?.s3Url ?? '',
    dynamodb: runtime.aws?.dynamodbUrl ?? '',
  }
  const settings = pageSettings(tenant, clientIds, addresses)
  page.serve(gamePageListener(files, settings, Object.values(addresses)))
  return { url: page.url, providersUrl: providers.url, runtime }
}
