/** DynamoDB for development: dynalite, which is used only after IAM's check of each request. */
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { closeServer, listen, type RunningServer } from '../listen.ts'
import type { Authorizer } from '../local-aws/authorize-session.ts'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import type { SessionRegistry } from '../local-aws/session-registry.ts'
import type { DynaliteStore } from './dynalite-store.ts'
import { corsHeaders, preflightHeaders } from './dynamodb-browsers.ts'
import {
  type DynamodbResponse,
  healthResponse,
  notFoundResponse,
  refusalResponse,
} from './dynamodb-response.ts'
import { createRequestHandler, type DynamodbRequest } from './handle-request.ts'
import type { TableDefinition } from './initial-tables.ts'

export interface LocalDynamodbOptions {
  /** 0 selects a free port. */
  readonly port: number
  readonly sessions: SessionRegistry
  readonly authorizer: Authorizer
  /** Tables that are created if they do not exist. */
  readonly tables?: readonly TableDefinition[]
  /** Tables are kept in its folder `dynamodb`. Default: in memory. */
  readonly dataDir?: string
  /** Origins of the pages that may use it: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[]
  /** Receives one line per request, without secrets and items; a denial names its key. */
  readonly log?: (line: string) => void
}

/** As at AWS. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

/**
 * dynalite is imported, and the folder opened, with the first request that is authentic.
 *
 * @throws {PortInUse}
 */
export async function startLocalDynamodb(options: LocalDynamodbOptions): Promise<RunningServer> {
  const log = options.log ?? (() => undefined)
  const { allowedOrigins } = options
  const store = openOnce(options)
  const handle = createRequestHandler({ ...options, openStore: store.open })

  async function respond(incoming: IncomingMessage): Promise<DynamodbResponse> {
    if (incoming.method === 'OPTIONS')
      return { status: 200, headers: preflightHeaders(incoming.headers), body: '' }
    if (incoming.method === 'GET') return healthResponse()
    if (incoming.method !== 'POST' || !isJson(incoming)) return notFoundResponse()
    const body = await readBytes(incoming)
    // AWS sends no body here. The rest of the request is not read.
    if (body === undefined) return { status: 413, headers: { connection: 'close' }, body: '' }
    const { response, summary } = await handle(requestOf(incoming, body))
    log(`local DynamoDB: ${summary}`)
    return response
  }

  const server = createServer(async (incoming, outgoing) => {
    const response = await respond(incoming).catch((error: unknown) => {
      log(`local DynamoDB: 500 InternalServerError: ${String(error)}`)
      return refusalResponse(new AwsRefusal(500, 'InternalServerError', 'Internal server error'))
    })
    const cors = corsHeaders(incoming.headers, allowedOrigins)
    outgoing.writeHead(response.status, { ...response.headers, ...cors })
    outgoing.end(response.body)
  })
  const url = await listen(server, options.port)
  log(`local DynamoDB: a stand-in for Amazon DynamoDB, for development only (${url})`)
  return {
    url,
    async close() {
      await closeServer(server)
      await store.close()
    },
  }
}

function isJson({ headers }: IncomingMessage): boolean {
  const [type] = (headers['content-type'] ?? '').split(';')
  return ['application/x-amz-json-1.0', 'application/json'].includes(type?.trim() ?? '')
}

/** @returns undefined for a body that is too long */
async function readBytes(incoming: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming) {
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function requestOf(incoming: IncomingMessage, body: Buffer): DynamodbRequest {
  const { method = '', url = '/', headers, rawHeaders, socket } = incoming
  return { method, url, headers, rawHeaders, body, sourceIp: socket.remoteAddress ?? '' }
}

interface OpenedOnce {
  open(): Promise<DynaliteStore>
  close(): Promise<void>
}

/** A folder that could not be opened is tried again with the next request. */
function openOnce({ dataDir, tables = [] }: LocalDynamodbOptions): OpenedOnce {
  let opened: Promise<DynaliteStore> | undefined
  const openStore = async () => {
    const [{ openDynaliteStore }, { createInitialTables }] = await Promise.all([
      import('./dynalite-store.ts'),
      import('./initial-tables.ts'),
    ])
    const store = await openDynaliteStore(dataDir && join(dataDir, 'dynamodb'))
    await createInitialTables(store, tables)
    return store
  }
  return {
    open() {
      opened ??= openStore().catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
    close: async () => (await opened)?.close(),
  }
}
