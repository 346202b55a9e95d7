/** Reads from the environment where the secrets are that tenant documents name. */
import type { AwsCredentials } from '../adapters/signed-call.ts'
import {
  type Environment,
  invalidSetting,
  readAwsCredentials,
  readServiceEndpoint,
} from './settings.ts'

export type SecretSettings =
  | { readonly from: 'environment'; readonly variables: Environment }
  | {
      readonly from: 'secrets-manager' | 'parameter-store'
      /** Of the names of all secrets that the broker may read. */
      readonly prefix: string
      /** Undefined: AWS's endpoint in the function's region. */
      readonly endpoint: string | undefined
      readonly credentials: AwsCredentials
    }

/**
 * Characters that the service allows in names, and a form of the prefix that it understands.
 * Without the slash at its end, the prefix of one stage would be that of another one too.
 */
const PREFIXES = {
  'secrets-manager': {
    form: /^[\w+=.@/-]{1,200}\/$/,
    remedy:
      'set it to letters, digits and / _ + = . @ - with a slash at the end, such as ' +
      'token-broker/production/',
  },
  'parameter-store': {
    form: /^(?=.{3,200}$)\/(?:[\w.-]+\/){1,13}$/,
    remedy:
      'set it to letters, digits and / _ . - with a slash at both ends, such as ' +
      '/token-broker/production/secrets/',
  },
}

/** @throws {BrokerError} `config_invalid` */
export function readSecretSettings(environment: Environment): SecretSettings {
  const { BROKER_SECRETS_FROM: from, BROKER_SECRETS_PREFIX: prefix } = environment
  if (!from) {
    if (prefix)
      throw invalidSetting(
        'BROKER_SECRETS_FROM',
        'is not set, although BROKER_SECRETS_PREFIX is',
        'set it to secrets-manager or parameter-store',
      )
    // Only these are read, because each variable that is read counts as one that has an effect.
    const names = Object.keys(environment).filter(isSecretName)
    const variables = Object.fromEntries(names.map((name) => [name, environment[name]]))
    return { from: 'environment', variables }
  }
  if (from !== 'secrets-manager' && from !== 'parameter-store')
    throw invalidSetting(
      'BROKER_SECRETS_FROM',
      'is invalid',
      'set it to secrets-manager or parameter-store',
    )
  const { form, remedy } = PREFIXES[from]
  if (!prefix || !form.test(prefix))
    throw invalidSetting('BROKER_SECRETS_PREFIX', prefix ? 'is invalid' : 'is not set', remedy)
  return {
    from,
    prefix,
    endpoint: readServiceEndpoint('BROKER_SECRETS_ENDPOINT', environment),
    credentials: readAwsCredentials('BROKER_SECRETS_FROM', environment),
  }
}

function isSecretName(variable: string): variable is `BROKER_SECRET_${string}` {
  return variable.startsWith('BROKER_SECRET_')
}
