/** Starts an identity provider from Debian's packages on a free loopback port. */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { findFreePort } from '../../fixtures/free-port.ts'
import { spawnTied } from '../../fixtures/spawn-tied.ts'
import type { Endpoints, Product, Program, SamlProduct, Site } from './identity-provider.ts'
import type { ProviderUserName } from './provider-users.ts'
import { type SamlSignInOptions, signInForSaml } from './saml-sign-in.ts'
import { type SignInOptions, signIn, type Tokens } from './sign-in.ts'

interface Running {
  readonly name: string
  readonly url: string
  /** Ends the process; connections are refused from then on. May be called twice. */
  close(): Promise<void>
}

export interface RunningProvider extends Running, Endpoints {
  signIn(user: ProviderUserName, options?: SignInOptions): Promise<Tokens>
}

export interface RunningSamlProvider extends Running {
  readonly entityId: string
  readonly metadataUrl: string
  /** @returns the response for a service provider, in base64 as in the form */
  signIn(user: ProviderUserName, options?: SamlSignInOptions): Promise<string>
}

const READY_WITHIN_MS = 30_000
const LOG_CHARACTERS = 4_000

/** The files that are not installed. */
export function missingFiles({ needs }: Program): string[] {
  return needs.filter((file) => !existsSync(file))
}

/** Resolves when it responds and its users and clients exist. */
export async function startProvider(product: Product): Promise<RunningProvider> {
  const { site, close } = await startProgram(product)
  return {
    ...product.endpoints(site),
    name: product.name,
    url: site.url,
    signIn: (user, options) => signIn(product, site, user, options),
    close,
  }
}

/** Resolves when it responds and its users and service providers exist. */
export async function startSamlProvider(product: SamlProduct): Promise<RunningSamlProvider> {
  const { site, close } = await startProgram(product)
  const metadataUrl = site.url + product.metadataPath
  return {
    name: product.name,
    url: site.url,
    entityId: metadataUrl,
    metadataUrl,
    signIn: (user, options) => signInForSaml(product, site, user, options),
    close,
  }
}

async function startProgram(
  product: Program,
): Promise<{ readonly site: Site; readonly close: Running['close'] }> {
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
  return { site, close }
}

function generateKeys(): Pick<Site, 'privateKey' | 'publicKey' | 'certificate'> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, 'identity provider').toString('base64')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    certificate:
      `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}(?!$)/g, '$&\n')}\n` +
      '-----END CERTIFICATE-----\n',
  }
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
