/** The columns of the benchmark that a simulation reads. */
import { ROWS } from '../page/report.ts'

export interface Figures {
  /** Import and first invocation. */
  readonly coldMs: number
  readonly cpuMicros1: number
}

/** Each with its label on the page of results. */
export const figureNames = (['coldMs', 'cpuMicros1'] as const).map((name) => {
  const label = ROWS.find(({ key }) => key === name)?.label ?? ''
  return [name, label] as const
})
