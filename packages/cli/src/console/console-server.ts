/** Serves the page of the operator console and its calls, on loopback only. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { CallFailure, FailureCode } from '@token-broker/console/wire'
import { CliError, EXIT, UsageError } from '../cli-error.ts'
import { printMessage } from '../terminal.ts'
import { findCall, warmUpFirstCall } from './call-table.ts'
import { checkHost, checkPageCall } from './check-page-request.ts'
import type { ConsoleContext } from './console-context.ts'
import { type BuiltPage, readBuiltPage } from './page-files.ts'

export interface RunningConsole {
  /** With the access key in the fragment, which browsers send to no server. */
  readonly url: string
  close(): Promise<void>
}

/** A document of a tenant has at most 400 kB, and a call contains few texts. */
const MAX_BODY_BYTES = 2_000_000

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** No script or style but those of the page, nothing from elsewhere, no markup from a value. */
function policyOf({ script, style }: BuiltPage['inline']): string {
  return [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ')
}

/** @param wantedPort 0 for any free port; @throws {UsageError} the port cannot be used */
export async function startConsole(
  context: ConsoleContext,
  wantedPort: number,
): Promise<RunningConsole> {
  const key = randomBytes(32).toString('base64url')
  const { files, inline } = await readBuiltPage()
  const pageHeaders = { ...HEADERS, 'content-security-policy': policyOf(inline) }
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0] ?? '/'
    const refused =
      checkHost(request, portOf(server)) ??
      (path.startsWith('/api/') ? checkPageCall(request, key) : undefined)
    if (refused) return fail(response, refused.status, refused.code, refused.message)
    if (path.startsWith('/api/'))
      return runCall(request, response, path.slice('/api/'.length), context)
    const file = files.get(path)
    if (!file || (request.method !== 'GET' && request.method !== 'HEAD'))
      return fail(response, 404, 'unknown', 'There is no such page; open /.')
    response.writeHead(200, { ...pageHeaders, 'content-type': file.type })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const what = `--port ${wantedPort}: cannot listen (${code})`
      reject(new UsageError(`${what}; write another port, or 0 for any free one`))
    })
    server.listen(wantedPort, '127.0.0.1', resolve)
  })
  await warmUpFirstCall(context)
  return {
    url: `http://127.0.0.1:${portOf(server)}/#key=${key}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      if (context.sources.records.length > 0)
        await (await import('./audit-api.ts')).closeStores(context.sources)
    },
  }
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function runCall(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  context: ConsoleContext,
): Promise<void> {
  const load = findCall(name)
  if (!load) return fail(response, 404, 'unknown', 'There is no such call; reload the page.')
  const body = await readBody(request).catch(() => undefined)
  if (body === undefined)
    return fail(response, 413, 'invalid', `The input is larger than ${MAX_BODY_BYTES} bytes.`)
  try {
    const run = await load()
    send(response, 200, await run(readJson(body), context))
  } catch (error) {
    if (error instanceof CliError) return fail(response, ...statusOf(error), error.message)
    const stack = error instanceof Error ? error.stack : undefined
    printMessage(context.terminal, `internal error, please report it: ${stack ?? 'unknown'}`)
    const where = 'The terminal in which the console runs shows it; please report it.'
    fail(response, 500, 'internal', `A fault of the console. ${where}`)
  }
}

/** @throws {UsageError} without the text, which may contain a token */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('the input is no JSON')
  }
}

function statusOf({ exitCode }: CliError): [status: number, code: FailureCode] {
  if (exitCode === EXIT.conflict) return [409, 'conflict']
  if (exitCode === EXIT.unavailable) return [503, 'unavailable']
  return [422, 'invalid']
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function fail(response: ServerResponse, status: number, code: FailureCode, message: string): void {
  send(response, status, { error: { code, message } } satisfies CallFailure)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed || response.headersSent) return
  // The rest of a body that was not read is not read, so the connection cannot be used again.
  const closing = response.req.readableEnded ? {} : { connection: 'close' }
  response.writeHead(status, { ...HEADERS, ...closing, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
