/** The secrets of which a tenant document contains the names. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import type { OpaqueProfile } from '../model/opaque-issuer.ts'

/** @returns each name once */
export function namedSecrets({
  issuers,
  opaqueIssuers = [],
  identityPools = [],
}: CompiledTenant): readonly string[] {
  const connections = [...issuers.map(({ profile }) => profile), ...opaqueIssuers]
  return [
    ...new Set([
      ...opaqueIssuers.flatMap(({ profile }) => secretsOf(profile)),
      ...identityPools.map(({ secret }) => secret),
      ...connections.flatMap(({ tls }) => tls?.clientCertificate ?? []),
    ]),
  ]
}

function secretsOf(profile: OpaqueProfile): readonly string[] {
  switch (profile.kind) {
    case 'introspection':
    case 'facebook':
    case 'github':
      return [profile.clientSecret]
    case 'userinfo':
      return profile.introspection === undefined ? [] : [profile.introspection.clientSecret]
    case 'webhook':
      return [profile.secret]
    case 'login-with-amazon':
      return []
  }
}
