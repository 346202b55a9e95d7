/** Tables that exist from the start, such as those of the game. */
import type { DynaliteStore } from './dynalite-store.ts'

/** As in the parameters of `CreateTable`. */
export interface TableDefinition {
  readonly TableName: string
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string
    readonly AttributeType: 'S' | 'N' | 'B'
  }[]
  readonly KeySchema: TableKeys
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string
    readonly KeySchema: TableKeys
    readonly Projection: {
      readonly ProjectionType: 'ALL' | 'INCLUDE' | 'KEYS_ONLY'
      readonly NonKeyAttributes?: readonly string[]
    }
  }[]
}

type TableKeys = readonly {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}[]

/** A table that is kept from an earlier run stays as it is. */
export async function createInitialTables(
  store: DynaliteStore,
  tables: readonly TableDefinition[],
): Promise<void> {
  for (const table of tables) {
    if ((await store.describeTable(table.TableName)) !== undefined) continue
    // dynalite keeps and changes the object that it receives.
    const body = structuredClone({ ...table, BillingMode: 'PAY_PER_REQUEST' })
    await store.run('CreateTable', await store.check('CreateTable', body))
  }
}
