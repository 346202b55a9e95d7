/** Compiles how connections to an issuer are made: its roots, and a client certificate. */
import { X509Certificate } from 'node:crypto'
import type { IssuerTls } from '../../model/issuer-tls.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type { IssuerDocument } from '../schema.ts'

const MAX_CERTIFICATES = 10
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** @param areKeysListed whether nothing is fetched from the issuer */
export function compileTls(
  { ca, clientCertificate }: Pick<IssuerDocument, 'ca' | 'clientCertificate'>,
  areKeysListed: boolean,
  path: DocumentPath,
  report: Report,
): { readonly tls?: IssuerTls } {
  if (ca === undefined && clientCertificate === undefined) return {}
  for (const [field, value] of Object.entries({ ca, clientCertificate }))
    if (value !== undefined && areKeysListed)
      report(
        [...path, field],
        `${field} has no effect with verify.keys, which are never fetched`,
        `remove ${field}`,
      )
  const roots = ca === undefined ? undefined : compileRoots(ca, [...path, 'ca'], report)
  return {
    tls: {
      ...(roots === undefined ? {} : { ca: roots }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
    },
  }
}

/** @returns the certificates without what is around them */
function compileRoots(text: string, path: DocumentPath, report: Report): string {
  if (text.includes('PRIVATE KEY'))
    report(
      path,
      'ca contains a private key, which must never be in a document',
      'write the certificate alone, and replace the key: it is no longer private',
    )
  const blocks = text.match(CERTIFICATE) ?? []
  if (blocks.length === 0 || blocks.length > MAX_CERTIFICATES)
    report(
      path,
      `ca contains ${blocks.length} certificates in PEM`,
      `write 1 to ${MAX_CERTIFICATES}, each from -----BEGIN CERTIFICATE----- to its END`,
    )
  const certificates = blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      report(path, `certificate ${index + 1} of ca cannot be read`, 'copy the whole certificate')
      return undefined
    }
  })
  // A chain must end in one of them, and only a certificate that signed itself ends a chain.
  const isRead = certificates.every((one) => one !== undefined)
  if (blocks.length > 0 && isRead && !certificates.some((one) => one && isSelfIssued(one)))
    report(
      path,
      'no certificate of ca is a root: another authority issued each of them',
      "add the certificate of the root, whose subject and issuer are the same: the issuer's own " +
        'certificate cannot take its place',
    )
  return `${blocks.join('\n')}\n`
}

function isSelfIssued({ subject, issuer }: X509Certificate): boolean {
  return subject === issuer
}
