/** Secrets from a service of AWS, below the prefix of the stage. */
import { BrokerError } from '@token-broker/core'
import { readSdkError, refusalCodeOf } from '../sdk-error.ts'
import type { SecretStore } from '../secret-store.ts'

/** What the service said; `unusable` continues a sentence that begins with the secret's name. */
type StoredSecret = { readonly secret: string } | { readonly unusable: string }

/** @throws an error for `readSdkError` */
export type ReadStoredSecret = (id: string, signal: AbortSignal) => Promise<StoredSecret>

/**
 * The secret `acme/idp-client` is what the service has as `<prefix>acme/idp-client`.
 * @param open loads the calls to the service; used with the first secret
 */
export function createAwsSecrets(
  prefix: string,
  open: () => Promise<ReadStoredSecret>,
): SecretStore {
  let opened: Promise<ReadStoredSecret> | undefined
  const read = async (id: string) => {
    opened ??= open()
    // Several requests may wait for one secret, so the deadline of one of them must not end it.
    return (await opened)(id, new AbortController().signal)
  }
  return {
    async get(name) {
      const id = `${prefix}${name}`
      const stored = await read(id).catch((error: unknown) => {
        const { code, status, text } = readSdkError(error)
        const isThrottled = code === 'ThrottlingException'
        // Where a secret does not exist, a permission may be missing too; the operator has to look.
        const refusal = isThrottled
          ? 'upstream_unavailable'
          : refusalCodeOf(status, 'config_invalid')
        throw new BrokerError(refusal, `The secret ${name} (${id}) cannot be read: ${text}`)
      })
      if ('secret' in stored) return stored.secret
      throw new BrokerError('config_invalid', `The secret ${name} (${id}) ${stored.unusable}.`)
    },
  }
}
