/** Lets writers of one table take turns, one operation at a time, in the order of a test. */
import { setImmediate } from 'node:timers/promises'
import type { OperatorTable } from '../../../packages/cli/src/tenant/operator-table.ts'

/**
 * @param order which writer makes the next operation; afterwards, the first that waits
 * @returns the results of all writers
 */
export async function takeTurns<Result>(
  table: OperatorTable,
  order: readonly number[],
  writers: readonly ((table: OperatorTable) => Promise<Result>)[],
): Promise<PromiseSettledResult<Result>[]> {
  const waiting = writers.map((): (() => Promise<void>)[] => [])
  const onTurn = <Value>(writer: number, operation: () => Promise<Value>) =>
    new Promise<Value>((resolve, reject) =>
      waiting[writer]?.push(() => operation().then(resolve, reject)),
    )
  const tableOf = (writer: number): OperatorTable => ({
    get: (...args) => onTurn(writer, () => table.get(...args)),
    getAll: (...args) => onTurn(writer, () => table.getAll(...args)),
    query: (...args) => onTurn(writer, () => table.query(...args)),
    put: (...args) => onTurn(writer, () => table.put(...args)),
    remove: (...args) => onTurn(writer, () => table.remove(...args)),
    close: () => undefined,
  })
  const all = Promise.allSettled(writers.map((write, index) => write(tableOf(index))))
  let isFinished = false
  all.then(() => {
    isFinished = true
  })
  const turns = [...order]
  while (!isFinished) {
    await setImmediate()
    const next =
      waiting[turns.shift() ?? -1]?.shift() ?? waiting.find(({ length }) => length)?.shift()
    await next?.()
  }
  return all
}
