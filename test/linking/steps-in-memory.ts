/** Runs steps of linking one by one over items in memory, as a table would apply them. */
import type { LinkingItem, StepResult, Steps, Stored, TableStep } from '@token-broker/core/linking'

/** Items are never changed in place, so a copy of the map is a copy of the table. */
export type Items = Map<string, Stored<LinkingItem>>

export function applyStep(items: Items, step: TableStep): StepResult {
  if ('get' in step) return items.get(nameOf(step.get))
  const name = nameOf(step.put)
  const found = items.get(name)
  if (found?.version !== step.previousVersion) return false
  items.set(name, { version: (found?.version ?? 0) + 1, item: step.item })
  return true
}

/** Whether the step is a write that takes place now. */
export function wouldWrite(items: Items, step: TableStep): boolean {
  return 'put' in step && items.get(nameOf(step.put))?.version === step.previousVersion
}

/** Runs all steps without interruption. */
export function runAlone<Result>(items: Items, steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next(applyStep(items, step.value))
  return step.value
}

function nameOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`
}
