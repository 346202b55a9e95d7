/**
 * Puts the secrets that an issuer names below the tenant: the broker sends a secret to the URL of
 * the document, so no document may name a secret of another tenant.
 */
import type { NamedIssuerDocument, OpaqueIssuerDocument } from '../schema.ts'

/** `idp` becomes `acme/idp`. No name and no tenant id contains a slash. */
export function secretsOfTenant(issuer: NamedIssuerDocument, tenant: string): NamedIssuerDocument {
  const { clientCertificate } = issuer
  const below = (name: string) => `${tenant}/${name}`
  const placed =
    clientCertificate === undefined
      ? issuer
      : { ...issuer, clientCertificate: below(clientCertificate) }
  return isOpaque(placed) ? { ...placed, verify: placeSecret(placed.verify, below) } : placed
}

function isOpaque(issuer: NamedIssuerDocument): issuer is OpaqueIssuerDocument {
  return (
    issuer.verify !== undefined && issuer.verify.kind !== 'jwt' && issuer.verify.kind !== 'saml'
  )
}

function placeSecret(
  verify: OpaqueIssuerDocument['verify'],
  below: (name: string) => string,
): OpaqueIssuerDocument['verify'] {
  switch (verify.kind) {
    case 'introspection':
    case 'facebook':
    case 'github':
      return { ...verify, clientSecret: below(verify.clientSecret) }
    case 'userinfo': {
      const { introspection } = verify
      if (introspection === undefined) return verify
      const clientSecret = below(introspection.clientSecret)
      return { ...verify, introspection: { ...introspection, clientSecret } }
    }
    case 'webhook':
      return { ...verify, secret: below(verify.secret) }
    case 'login-with-amazon':
      return verify
  }
}
