/** Tables whose writers stop, as an operator's program may at any moment. */
import type { OperatorTable } from '../../../packages/cli/src/tenant/operator-table.ts'

/** A table that fails after so many writes. */
export function failingAfter(table: OperatorTable, writes: number): OperatorTable {
  let left = writes
  const live = () => {
    if (left-- <= 0) throw new Error('the writer stopped')
  }
  return {
    ...table,
    put: async (...args) => {
      live()
      return table.put(...args)
    },
    remove: async (...args) => {
      live()
      return table.remove(...args)
    },
  }
}
