/** Durations in seconds, as other tools have them. */
import { formatDuration } from '../field-values.ts'

const FIELDS = ['duration', 'maxDuration', 'reuse', 'maxTokenAge', 'clockTolerance', 'adoptWithin']

/** A number of seconds as the field has it; undefined where the field is no duration. */
export function durationOf(field: string | number | undefined, value: number): string | undefined {
  const isSeconds = Number.isSafeInteger(value) && value >= 0
  return isSeconds && FIELDS.includes(String(field)) ? formatDuration(value) : undefined
}
