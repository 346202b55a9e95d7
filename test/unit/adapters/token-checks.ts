/** The verifier of opaque tokens with clocks that a test sets, and an issuer of the test. */
import { BrokerError, type IntrospectionProfile, type OpaqueVerifier } from '@token-broker/core'
import { createOpaqueVerifier } from '../../../packages/functions/src/adapters/verifiers/opaque-verifier.ts'
import type { TokenCheckOptions } from '../../../packages/functions/src/adapters/verifiers/token-check.ts'
import type { IntrospectionServer } from '../../fixtures/introspection-server.ts'

export interface TokenChecks extends OpaqueVerifier {
  /** Moves both clocks. */
  pass(milliseconds: number): void
  /** The code and the message of the refusal of a token. */
  refusalOf(token: string): Promise<BrokerError>
  readonly source: { tenant: string; issuer: string; profile: IntrospectionProfile }
}

export function checksWith(
  { url }: Pick<IntrospectionServer, 'url'>,
  {
    profile = {},
    ...options
  }: Partial<TokenCheckOptions> & { profile?: Partial<IntrospectionProfile> } = {},
): TokenChecks {
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
  const source = {
    tenant: 'acme',
    issuer: 'idp',
    profile: {
      kind: 'introspection' as const,
      url: `${url}/introspect`,
      clientId: 'acme-broker',
      clientSecret: 'idp-client',
      method: 'client_secret_basic' as const,
      ...profile,
    },
  }
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
