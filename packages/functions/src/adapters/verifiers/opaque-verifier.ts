/**
 * Asks issuers about opaque tokens. All of that is loaded with the first such token, from a bundle
 * of its own: most deployments have none.
 */
import { BrokerError, type OpaqueVerifier } from '@token-broker/core'
import type { TokenCheckOptions } from './token-check.ts'

export function createOpaqueVerifier(options: Omit<TokenCheckOptions, 'refusal'>): OpaqueVerifier {
  let loaded: Promise<OpaqueVerifier> | undefined
  const load = async () => {
    const { createTokenChecks } = await import('./ask-issuer.ts')
    return createTokenChecks({
      ...options,
      // The other bundle has no class of its own for refusals.
      refusal: (code, message, retryAfterSeconds) =>
        new BrokerError(
          code,
          message,
          retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
        ),
    })
  }
  return {
    async verify(token, source) {
      loaded ??= load()
      return (await loaded).verify(token, source)
    },
  }
}
