/** Secrets from AWS Secrets Manager, below the prefix of the stage. */
import { BrokerError } from '@token-broker/core'
import { readSdkError, refusalCodeOf } from '../sdk-error.ts'
import type { SecretStore } from '../secret-store.ts'
import type { SecretsManagerOptions } from './secrets-manager-calls.ts'

export interface SecretsManagerSettings extends SecretsManagerOptions {
  /** Such as `token-broker/production/`. */
  readonly prefix: string
}

type Calls = typeof import('./secrets-manager-calls.ts')

/**
 * The secret `idp-client` is the text of the secret `<prefix>idp-client`. The calls are loaded with
 * the first secret, from a bundle of their own.
 */
export function createSecretsManager({ prefix, ...options }: SecretsManagerSettings): SecretStore {
  let opened: Promise<ReturnType<Calls['createSecretsManagerCall']>> | undefined
  const open = async () => {
    const { createSecretsManagerCall } = await import('./secrets-manager-calls.ts')
    return createSecretsManagerCall(options)
  }
  const read = async (SecretId: string) => {
    opened ??= open()
    // Several requests may wait for one secret, so the deadline of one of them must not end it.
    return (await opened)({ SecretId }, new AbortController().signal)
  }
  return {
    async get(name) {
      const id = `${prefix}${name}`
      const { SecretString: secret } = await read(id).catch((error: unknown) => {
        const { code, status, text } = readSdkError(error)
        const isThrottled = code === 'ThrottlingException'
        // Where a secret does not exist, a permission may be missing too; the operator has to look.
        const refusal = isThrottled
          ? 'upstream_unavailable'
          : refusalCodeOf(status, 'config_invalid')
        throw new BrokerError(refusal, `The secret ${name} (${id}) cannot be read: ${text}`)
      })
      if (secret) return secret
      throw new BrokerError('config_invalid', `The secret ${name} (${id}) has no text.`)
    },
  }
}
