/**
 * Runs a race in every order of its steps, and with a fault at every step.
 *
 * Two orders that lead to the same state have the same future: what is stored, and what each
 * request has read so far, determine it. Such a future is run once, and counted for each order.
 */
import type { Steps, TableStep } from '@token-broker/core/linking'
import { brokenGuarantees } from './broken-guarantees.ts'
import type { Execution, Run } from './execution.ts'
import type { Outcome, Race } from './race.ts'
import { createStateNames, type StateNames } from './state-names.ts'
import { applyStep, type Items, runAlone, wouldWrite } from './steps-in-memory.ts'

/**
 * What a request does next. `crash`: it ends before its step. `unacknowledged`: its step is a write
 * that takes place and is reported as a conflict, as a repeated attempt would.
 */
interface Move {
  readonly request: number
  readonly kind: 'step' | 'crash' | 'unacknowledged'
}

export interface RaceReport {
  readonly executions: number
  /** A violation, and the first execution that shows it. */
  readonly violations: ReadonlyMap<string, string>
}

/** @param interruptions how often a request that could continue may be interrupted */
export function checkRace(race: Race, interruptions: number): RaceReport {
  const initial: Items = new Map()
  const before = (race.before ?? []).map(({ start }) => runAlone(initial, start()))
  const names = createStateNames(initial)
  const violations = new Map<string, string>()
  const counts = new Map<string, number>()
  const begin = (): Execution => ({
    items: new Map(initial),
    runs: race.requests.map(({ start }) => newRun(start())),
    before,
    current: undefined,
    interruptionsLeft: interruptions,
    hasFault: false,
  })

  const explore = (execution: Execution, path: readonly Move[]): number => {
    // The first execution that breaks a guarantee is enough.
    if (violations.size > 0) return 0
    const moves = movesOf(execution)
    if (moves.length === 0) {
      for (const violation of brokenGuarantees(race, execution))
        if (!violations.has(violation))
          violations.set(violation, describeExecution(execution, path))
      return 1
    }
    const state = names.stateOf(execution)
    const known = counts.get(state)
    if (known !== undefined) return known
    let count = 0
    for (const [index, move] of moves.entries()) {
      // A generator cannot be copied: all branches but the first begin again.
      const branch = index === 0 ? execution : begin()
      if (index > 0) for (const earlier of path) advance(branch, earlier, names)
      advance(branch, move, names)
      count += explore(branch, [...path, move])
    }
    counts.set(state, count)
    return count
  }
  return { executions: explore(begin(), []), violations }
}

/** What may happen next. Nothing: all requests have ended. */
function movesOf({ items, runs, current, interruptionsLeft, hasFault }: Execution): Move[] {
  const canContinue = current !== undefined && runs[current]?.next !== undefined
  return runs.flatMap(({ next }, request) => {
    if (!next || (canContinue && request !== current && interruptionsLeft === 0)) return []
    const moves: Move[] = [{ request, kind: 'step' }]
    if (hasFault) return moves
    moves.push({ request, kind: 'crash' })
    if (wouldWrite(items, next)) moves.push({ request, kind: 'unacknowledged' })
    return moves
  })
}

function advance(execution: Execution, { request, kind }: Move, names: StateNames): void {
  const { items, runs, current } = execution
  const run = runs[request]
  if (!run?.next) throw new Error('The request has ended.')
  const isInterruption = current !== undefined && current !== request && runs[current]?.next
  if (isInterruption) execution.interruptionsLeft--
  execution.current = request
  run.endedBefore ??= runs.flatMap(({ next }, index) => (next ? [] : [index]))
  if (kind !== 'step') execution.hasFault = true
  if (kind === 'crash') {
    run.next = undefined
    return
  }
  const applied = applyStep(items, run.next)
  const result = kind === 'unacknowledged' ? false : applied
  run.history = names.historyOf(run.history, result)
  keepResult(run, run.steps.next(result))
}

function newRun(steps: Steps<Outcome>): Run {
  const run: Run = {
    steps,
    next: undefined,
    history: 0,
    endedBefore: undefined,
    outcome: undefined,
  }
  keepResult(run, steps.next())
  return run
}

function keepResult(run: Run, result: IteratorResult<TableStep, Outcome>): void {
  run.next = result.done ? undefined : result.value
  run.outcome = result.done ? result.value : undefined
}

function describeExecution({ runs }: Execution, path: readonly Move[]): string {
  const order = path.map(({ request, kind }) => (kind === 'step' ? request : `${kind} ${request}`))
  const outcomes = runs.map(({ outcome }) => outcome ?? 'crash')
  return JSON.stringify({ order: order.join(' '), outcomes })
}
