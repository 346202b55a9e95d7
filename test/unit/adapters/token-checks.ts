/** The verifier of opaque tokens with clocks that a test sets, and an issuer of the test. */
import {
  BrokerError,
  type IntrospectionProfile,
  type OpaqueProfile,
  type OpaqueVerifier,
} from '@token-broker/core'
import { createOpaqueVerifier } from '../../../packages/functions/src/adapters/verifiers/opaque-verifier.ts'
import type { TokenCheckOptions } from '../../../packages/functions/src/adapters/verifiers/token-check.ts'

export interface TokenChecks<Profile extends OpaqueProfile> extends OpaqueVerifier {
  /** Moves both clocks. */
  pass(milliseconds: number): void
  /** The code and the message of the refusal of a token. */
  refusalOf(token: string): Promise<BrokerError>
  readonly source: { tenant: string; issuer: string; profile: Profile }
}

export function checksOf<Profile extends OpaqueProfile>(
  profile: Profile,
  options: Partial<TokenCheckOptions> = {},
): TokenChecks<Profile> {
  let passedMs = 0
  const startedMs = Date.now()
  const verifier = createOpaqueVerifier({
    rule: { allowLoopback: true, privateHosts: new Set() },
    secrets: { get: async () => 'secret' },
    now: () => startedMs + passedMs,
    ageClock: () => passedMs,
    newId: () => 'unique',
    ...options,
  })
  const source = { tenant: 'acme', issuer: 'idp', profile }
  return {
    ...verifier,
    source,
    pass: (milliseconds) => {
      passedMs += milliseconds
    },
    refusalOf: (token) =>
      verifier.verify(token, source).then(
        () => {
          throw new Error('the token was accepted')
        },
        (error: unknown) => {
          if (error instanceof BrokerError) return error
          throw error
        },
      ),
  }
}

/** Introspection at a server of a test. */
export function checksWith(
  { url }: { readonly url: string },
  {
    profile = {},
    ...options
  }: Partial<TokenCheckOptions> & { profile?: Partial<IntrospectionProfile> } = {},
): TokenChecks<IntrospectionProfile> {
  const introspection: IntrospectionProfile = {
    kind: 'introspection',
    url: `${url}/introspect`,
    clientId: 'acme-broker',
    clientSecret: 'idp-client',
    method: 'client_secret_basic',
    ...profile,
  }
  return checksOf(introspection, options)
}
