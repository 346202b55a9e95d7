/** Measures workloads in turns, each in fresh processes, and prints ratios of their medians. */

import { medianOf } from '../page/report.ts'
import type { HandlerJob } from '../workers/handler-under-test.ts'
import type { Figures, Job } from '../workers/measure.ts'
import { runJob } from './processes.ts'

export interface Workload {
  readonly environment: Readonly<Record<string, string>>
  /** Made for each run: signatures and proofs are valid for minutes. */
  readonly job: () => HandlerJob
  /** Default: those of the comparison. */
  readonly requests?: number
}

export interface Extent {
  readonly runs: number
  /** Per phase. */
  readonly requests: number
}

export type Workloads = Readonly<Record<string, Workload>>

const SHOWN = {
  'CPU µs, 1 in flight': 'cpuMicros1',
  'CPU µs, 32 in flight': 'cpuMicros32',
  'import ms': 'importMs',
  'first invocation ms': 'firstMs',
  'max RSS MB': 'maxRssMb',
} as const satisfies Readonly<Record<string, keyof Figures>>

/** @returns the figures of every run, by workload */
export async function measureInTurns(
  workloads: Workloads,
  { runs, requests }: Extent,
): Promise<ReadonlyMap<string, readonly Figures[]>> {
  const figures = new Map<string, Figures[]>(Object.keys(workloads).map((name) => [name, []]))
  for (let turn = 1; turn <= runs; turn++) {
    const ordered = Object.entries(workloads)
    // Every other turn runs backwards, so that no workload always follows the same one.
    for (const [name, workload] of turn % 2 ? ordered : ordered.toReversed())
      figures.get(name)?.push(await measureOnce(name, workload, requests))
    process.stderr.write(`turn ${turn} of ${runs}\n`)
  }
  return figures
}

/** The first one is what the others are compared with. */
export async function printComparison(workloads: Workloads, extent: Extent): Promise<void> {
  const figures = await measureInTurns(workloads, extent)
  const medians = [...figures].map(([name, runs]) => [name, medianOf(runs)] as const)
  const base = medians[0]?.[1]
  console.table(Object.fromEntries(medians.map(([name, row]) => [name, rowOf(row, base)])))
}

/** One failure is reported only: on a busy machine, a call of an upstream may take too long. */
async function measureOnce(name: string, workload: Workload, requests: number): Promise<Figures> {
  const { environment, job } = workload
  const run = () => {
    const complete: Job = { ...job(), requests: workload.requests ?? requests }
    return runJob<Figures>('measure.ts', environment, complete)
  }
  return run().catch(() => {
    process.stderr.write(`"${name}" could not be measured, and is measured again.\n`)
    return run().catch((cause: unknown) => {
      throw new Error(`"${name}" could not be measured.`, { cause })
    })
  })
}

function rowOf(figures: Figures, base: Figures | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SHOWN).map(([label, key]) => [
      label,
      `${figures[key].toFixed(0)} (${(figures[key] / (base?.[key] ?? Number.NaN)).toFixed(2)} ×)`,
    ]),
  )
}
