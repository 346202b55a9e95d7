/** The local S3: a server for development that checks every request as AWS does. */
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { closeServer, listen, type RunningServer } from '../listen.ts'
import { InvalidInput, reasonOf } from '../startup-error.ts'
import { createBodyLimit } from './body-limit.ts'
import { handleS3Request, type S3Ports } from './handle-s3-request.ts'
import { createResponder } from './respond.ts'
import { checkBucketName } from './s3-address.ts'
import { openBucketStore } from './store/bucket-store.ts'

export interface LocalS3Options extends Pick<S3Ports, 'sessions' | 'authorizer'> {
  readonly port: number
  /** Names of buckets that exist from the start. */
  readonly bucketNames: readonly string[]
  /** Objects are kept in its folder `s3`; undefined: in memory. */
  readonly dataDir?: string
  /** Of pages that may send requests: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[]
  /** Receives one line at the start and one per refusal, without tokens and content. */
  readonly log: (line: string) => void
  /** Milliseconds since the epoch; the default is the clock. */
  readonly now?: () => number
}

export interface LocalS3 extends RunningServer {
  /** Creates those that do not exist. */
  createBuckets(names: readonly string[]): void
}

/** Of all bodies that are being received. */
const MAX_BODIES_BYTES = 640 * 1024 * 1024
/**
 * @throws {PortInUse}
 * @throws {InvalidInput} where the folder cannot be used
 */
export async function startLocalS3(options: LocalS3Options): Promise<LocalS3> {
  const { sessions, authorizer, log, now = Date.now } = options
  const buckets = openBucketStore(options.dataDir && createFolder(options.dataDir))
  const createBuckets = (names: readonly string[]) => {
    for (const name of names) {
      checkBucketName(name)
      if (buckets.find(name) === undefined) buckets.create(name, now())
    }
  }
  createBuckets(options.bucketNames)
  const logS3 = (line: string) => log(`local S3: ${line}`)
  const bodies = createBodyLimit(MAX_BODIES_BYTES)
  const ports: S3Ports = { sessions, authorizer, buckets, bodies, now, log: logS3 }
  const respond = createResponder(options.allowedOrigins, logS3)
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse, invite: () => void) =>
    void respond(incoming, outgoing, () => handleS3Request(incoming, ports, invite))
  const server = createServer((incoming, outgoing) => serve(incoming, outgoing, () => undefined))
  // A client that waits for this does not send a body that is refused.
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    serve(incoming, outgoing, () => outgoing.writeContinue()),
  )
  const url = await listen(server, options.port)
  log(`local S3: a stand-in for Amazon S3, for development only (${url})`)
  return { url, createBuckets, close: () => closeServer(server) }
}

function createFolder(dataDir: string): string {
  const folder = join(dataDir, 's3')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch (error) {
    throw new InvalidInput(
      `--data (BROKER_DATA): the folder ${folder} cannot be used (${reasonOf(error)})`,
    )
  }
}
