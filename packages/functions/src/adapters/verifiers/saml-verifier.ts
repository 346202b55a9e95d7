/** Verifies SAML 2.0 assertions, with code that is loaded with the first of them. */
import { BrokerError, type SamlVerifier } from '@token-broker/core'

export function createSamlVerifier(): SamlVerifier {
  const refuse = () =>
    Promise.reject(new BrokerError('invalid_token', 'This version reads no SAML assertions.'))
  return { read: refuse, verify: refuse }
}
