/** Reads from the environment where linked identities of identity pools are stored. */
import type { LinksStorage } from '../adapters/identity-pools/linked/open-identity-table.ts'
import type { IdentitiesSettings } from './identities-configuration.ts'
import { type Environment, invalidSetting } from './settings.ts'

/**
 * @param identities the settings of the table, where there is one
 * @returns undefined where no table is set, except in the local runtime, which has a file, or else
 *   its memory
 * @throws {BrokerError} `config_invalid`
 */
export function readLinksStorage(
  environment: Environment,
  identities: IdentitiesSettings | undefined,
): LinksStorage | undefined {
  const file = environment.BROKER_IDENTITIES_FILE
  if (file && (identities || environment.BROKER_LOCAL !== '1'))
    throw invalidSetting(
      'BROKER_IDENTITIES_FILE',
      identities ? 'is set as well as BROKER_IDENTITIES_TABLE' : 'is set without BROKER_LOCAL',
      'a function has only the table; remove it',
    )
  if (identities) return { from: 'table', ...identities.table }
  if (file) return { from: 'file', file }
  return environment.BROKER_LOCAL === '1' ? { from: 'memory' } : undefined
}
