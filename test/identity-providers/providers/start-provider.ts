/** Starts an identity provider from Debian's packages on a free loopback port. */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../../fixtures/free-port.ts'
import { spawnTied } from '../../fixtures/spawn-tied.ts'
import type { Endpoints, Product } from './identity-provider.ts'
import type { ProviderUserName } from './provider-users.ts'
import { type SignInOptions, signIn, type Tokens } from './sign-in.ts'

export interface RunningProvider extends Endpoints {
  readonly name: string
  readonly url: string
  signIn(user: ProviderUserName, options?: SignInOptions): Promise<Tokens>
  /** Ends the process; connections are refused from then on. May be called twice. */
  close(): Promise<void>
}

const READY_WITHIN_MS = 30_000
const LOG_CHARACTERS = 4_000

/** The files that are not installed. */
export function missingFiles({ needs }: Product): string[] {
  return needs.filter((file) => !existsSync(file))
}

/** Resolves when it responds and its users and clients exist. */
export async function startProvider(product: Product): Promise<RunningProvider> {
  const folder = await mkdtemp(path.join(tmpdir(), 'identity-provider-'))
  const port = await findFreePort()
  const site = { port, url: `http://127.0.0.1:${port}`, folder, ...generateKeys() }
  const { command, environment } = product.configure(site)
  // Its errors are part of the output here.
  const { stdout, ended, end } = spawnTied('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...command], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
  })
  let log = ''
  stdout.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-LOG_CHARACTERS)
  })
  const close = async () => {
    await end()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([waitUntilReady(site.url + product.readyPath), ended])
    await product.provision?.(site)
  } catch (cause) {
    await close()
    throw new Error(`${product.name} did not start. The end of its log:\n${log}`, { cause })
  }
  return {
    ...product.endpoints(site),
    name: product.name,
    url: site.url,
    signIn: (user, options) => signIn(product, site, user, options),
    close,
  }
}

function generateKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS)
  for (;;) {
    deadline.throwIfAborted()
    const response = await fetch(url, { signal: deadline }).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.status === 200) return
    if (response) throw new Error(`${url} responded with status ${response.status}.`)
    await sleep(100)
  }
}
