/** What a connection to an issuer is made with, where its document says so. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { IssuerTls } from '@token-broker/core'
import type { SecretStore } from '../secret-store.ts'

/** Options of `https.request`. Its agent keeps connections with different ones apart. */
export interface ConnectionTls {
  /** In place of the public roots. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** `message` names the secret, and never quotes it. */
export class UnusableCertificate extends Error {}

/**
 * @throws {UnusableCertificate}
 * @throws what the store throws
 */
export async function readConnectionTls(
  tls: IssuerTls | undefined,
  secrets: Pick<SecretStore, 'get'>,
): Promise<ConnectionTls> {
  if (tls === undefined) return {}
  const { ca, clientCertificate: name } = tls
  const roots = ca === undefined ? {} : { ca }
  return name === undefined ? roots : { ...roots, ...split(name, await secrets.get(name)) }
}

/** One text with both, so that a rotation replaces them together. */
function split(name: string, text: string): { cert: string; key: string } {
  const cert = blocksOf(text, 'CERTIFICATE')
  const key = blocksOf(text, '(?:RSA |EC )?PRIVATE KEY')
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key }
  } catch {
    // The library's own message may quote the key.
  }
  throw new UnusableCertificate(
    `The secret ${name} is not a client certificate; store its certificate, those of its ` +
      'intermediate authorities, and its private key without a password, all in PEM.',
  )
}

function blocksOf(text: string, label: string): string {
  const blocks = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g'))
  return blocks?.join('\n') ?? ''
}
