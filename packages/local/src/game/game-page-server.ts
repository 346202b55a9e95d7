/** Serves the page of the game: the built files, and its configuration. */
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { InvalidInput } from '../startup-error.ts'

/** A file as it is sent. Requests name only these, so no path leads out of the folder. */
export interface PageFile {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** esbuild's names of files that contain a digest of their contents. */
const HASHED_NAME = /-[A-Z0-9]{8}\.\w+$/

/**
 * @returns files by their path in URLs
 * @throws {InvalidInput} the page was not built
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, PageFile>()
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    files.set(path, pageFile(await readFile(file), extname(file)))
  }
  const index = files.get('/index.html')
  if (index === undefined)
    throw new InvalidInput(`The page of the game is missing in ${folder}: run "npm run game".`)
  return files.set('/', index)
}

function pageFile(body: Buffer, extension: string): PageFile {
  const type = TYPES[extension] ?? 'application/octet-stream'
  return { body, type, etag: `"${hash('sha256', body, 'base64url').slice(0, 22)}"` }
}

/**
 * @param config the contents of `/config.json`
 * @param endpoints origins that the page may call
 */
export function gamePageListener(
  files: ReadonlyMap<string, PageFile>,
  config: unknown,
  endpoints: readonly string[],
): RequestListener {
  const served = new Map(files).set(
    '/config.json',
    pageFile(Buffer.from(JSON.stringify(config, undefined, 2)), '.json'),
  )
  const headers = {
    'content-security-policy': pagePolicy(endpoints),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // The address has an authorization code in it while a user returns from a provider.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  return (incoming, outgoing) => {
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD')
      return void outgoing.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end()
    const path = (incoming.url ?? '/').replace(/[?#].*$/s, '')
    const file = served.get(path)
    if (file) sendFile(incoming, outgoing, path, file, headers)
    else outgoing.writeHead(404, { ...headers, 'content-type': TYPES['.txt'] }).end('Not found\n')
  }
}

function sendFile(
  { method, headers: wanted }: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
  { body, type, etag }: PageFile,
  headers: Readonly<Record<string, string>>,
): void {
  const caching = HASHED_NAME.test(path) ? 'max-age=31536000, immutable' : 'no-cache'
  const sent = { ...headers, etag, 'cache-control': caching }
  if (wanted['if-none-match'] === etag) return void outgoing.writeHead(304, sent).end()
  outgoing.writeHead(200, { ...sent, 'content-type': type, 'content-length': body.length })
  outgoing.end(method === 'HEAD' ? undefined : body)
}

/** The page gets scripts and styles from itself, and calls itself and the listed endpoints only. */
function pagePolicy(endpoints: readonly string[]): string {
  return [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'"],
    ...["img-src 'self' blob:", `connect-src ${["'self'", ...endpoints].join(' ')}`],
    ...["form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"],
  ].join('; ')
}
