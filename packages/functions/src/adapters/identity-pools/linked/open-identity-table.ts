/** Opens the table of linked identities that the settings name. */

import type { ProxySettings } from '@token-broker/core/proxy-settings'
import type { AwsCredentials } from '../../signed-call.ts'
import type { IdentityTable } from './identity-table.ts'

export type LinksStorage =
  | {
      readonly from: 'table'
      readonly tableName: string
      /** Undefined: AWS's endpoint in the function's region. */
      readonly endpoint: string | undefined
      readonly credentials: AwsCredentials
    }
  /** For the local runtime; identities are lost when it ends. */
  | { readonly from: 'memory' }
  /** For the local runtime, too. */
  | { readonly from: 'file'; readonly file: string }

export interface LinksAccess {
  readonly region: string
  readonly proxy: ProxySettings | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Each kind is a bundle of its own (bundle.ts), so that a function loads the calls it makes. */
export async function openIdentityTable(
  storage: LinksStorage,
  access: LinksAccess,
): Promise<IdentityTable> {
  if (storage.from === 'table') {
    const { createDynamodbIdentities } = await import('./dynamodb-identities.ts')
    const { from: _, ...table } = storage
    return createDynamodbIdentities({ ...table, ...access })
  }
  if (storage.from === 'memory') {
    const { createIdentitiesInMemory } = await import('./identities-in-memory.ts')
    return createIdentitiesInMemory()
  }
  const { openIdentitiesInFile } = await import('./identities-in-file.ts')
  return openIdentitiesInFile(storage.file)
}
