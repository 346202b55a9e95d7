/** Runs the steps of linking over a table. */
import type { ItemName, LinkingItem, Stored } from './linking-items.ts'
import type { Steps } from './table-steps.ts'

/** Items of one pool. All reads are strongly consistent. */
export interface LinkingTable {
  readonly get: (name: ItemName) => Promise<Stored<LinkingItem> | undefined>
  /**
   * Replaces an item that still has this version, or creates one where there is none.
   * @param previousVersion undefined: the item must not exist
   * @returns false where another version is stored
   */
  readonly putIf: (
    name: ItemName,
    item: LinkingItem,
    previousVersion: number | undefined,
  ) => Promise<boolean>
}

/** @throws what the table throws; what was written until then is finished by another request */
export async function runSteps<Result>(steps: Steps<Result>, table: LinkingTable): Promise<Result> {
  let step = steps.next()
  while (!step.done) {
    const call = step.value
    step = steps.next(
      'get' in call
        ? await table.get(call.get)
        : await table.putIf(call.put, call.item, call.previousVersion),
    )
  }
  return step.value
}
