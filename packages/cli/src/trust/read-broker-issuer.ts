/** The URL of the broker, for which trust policies are written. */
import { isSecureUrl } from '@token-broker/core/loopback'
import { quote, UsageError } from '../cli-error.ts'

/**
 * As STS compares it with the provider in IAM, and as the broker writes it in `iss`.
 * @throws {UsageError}
 */
export function readBrokerIssuer(text: string | undefined): string {
  const url = text === undefined ? null : URL.parse(text)
  if (text !== undefined && url && isSecureUrl(url) && !url.search && !url.hash && !url.username)
    return text.replace(/\/$/, '')
  const found = text === undefined ? 'nothing' : quote(text)
  throw new UsageError(
    `--issuer: expected the URL of the broker, as BROKER_ISSUER has it, found ${found}`,
  )
}
