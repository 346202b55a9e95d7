/** Secrets from environment variables and files, for the local runtime. */
import { readFile } from 'node:fs/promises'
import { BrokerError } from '@token-broker/core'
import type { SecretStore } from '../secret-store.ts'

const PREFIX = 'BROKER_SECRET_'

/**
 * The secret `acme/idp-client` is the value of `BROKER_SECRET_IDP_CLIENT`, or the content of the
 * file that `BROKER_SECRET_IDP_CLIENT_FILE` names, without a line feed at its end. The tenant does
 * not matter: all documents on this machine are of the person who starts the broker. The file is
 * read again for each call, so that a secret can be replaced while the broker runs.
 */
export function createEnvironmentSecrets(
  variables: Readonly<Record<string, string | undefined>>,
): SecretStore {
  return {
    async get(name) {
      const own = name.replace(/^.*\//, '')
      const variable = `${PREFIX}${own.toUpperCase().replaceAll('-', '_')}`
      const [value, file] = [variables[variable], variables[`${variable}_FILE`]]
      if (value) return value
      if (!file)
        throw unusable(name, `is missing; set ${variable} to it, or ${variable}_FILE to its file`)
      const text = await readFile(file, 'utf8').catch(() => {
        throw unusable(name, `cannot be read from the file that ${variable}_FILE names`)
      })
      const secret = text.replace(/\r?\n$/, '')
      if (secret === '') throw unusable(name, `is empty in the file that ${variable}_FILE names`)
      return secret
    },
  }
}

function unusable(name: string, what: string): BrokerError {
  return new BrokerError('config_invalid', `The secret ${name} ${what}.`)
}
