/** Short names for the states of an execution, so that equal states are recognised. */
import type { LinkingItem, StepResult, Stored } from '@token-broker/core/linking'
import type { Execution } from './execution.ts'
import type { Items } from './steps-in-memory.ts'

export interface StateNames {
  readonly stateOf: (execution: Execution) => string
  /** @returns the name of what was read before, followed by this result */
  readonly historyOf: (before: number, result: StepResult) => number
}

/** @param initial items before the race; only changes to them are part of a name */
export function createStateNames(initial: Items): StateNames {
  const numbers = new Map<string, number>()
  const numberOf = (text: string) => {
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, numbers.size + 1)
    return numbers.size
  }
  const items = new WeakMap<Stored<LinkingItem>, number>()
  const itemNumber = (stored: Stored<LinkingItem>) => {
    const known = items.get(stored)
    if (known !== undefined) return known
    const number = numberOf(JSON.stringify(stored))
    items.set(stored, number)
    return number
  }
  return {
    historyOf: (before, result) =>
      numberOf(`${before} ${typeof result === 'object' ? itemNumber(result) : result}`),
    stateOf({ items: stored, runs, current, interruptionsLeft, hasFault }) {
      const parts: string[] = [`${current} ${interruptionsLeft} ${hasFault}`]
      for (const { history, next, endedBefore } of runs)
        parts.push(`${history} ${next === undefined} ${endedBefore?.join()}`)
      const changed: string[] = []
      for (const [name, item] of stored)
        if (initial.get(name) !== item) changed.push(`${name} ${itemNumber(item)}`)
      return [...parts, ...changed.sort()].join('\n')
    },
  }
}
