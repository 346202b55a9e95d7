/** Finds the events of CloudTrail in a text, in each form in which AWS delivers them. */
import { isRecordObject } from '../read-record.ts'
import { type CloudTrailEvent, readCloudTrailEvent } from './cloudtrail-event.ts'

export interface FoundEvents {
  readonly events: readonly CloudTrailEvent[]
  /** Lines, or members of lists, that are no events. */
  readonly skipped: number
}

/** Lists of events, by what contains them. */
const LISTS = [
  // A file of a trail.
  'Records',
  // The output of "aws cloudtrail lookup-events".
  'Events',
  // The output of "aws logs filter-log-events".
  'events',
]
/** An event as JSON text, or inside what a service writes around it. */
const WRAPPERS = ['CloudTrailEvent', 'message', 'detail']
const MAX_DEPTH = 4

/** A whole JSON text, or one in each line. */
export function findEvents(text: string): FoundEvents {
  const whole = parsed(text)
  if (whole !== undefined) return collect([whole])
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return collect(lines.map(parsed))
}

/** @param lines each with one event, as CloudWatch Logs has them */
export function findEventsInLines(lines: readonly string[]): FoundEvents {
  return collect(lines.filter((line) => line.trim() !== '').map(parsed))
}

function collect(values: readonly unknown[]): FoundEvents {
  const read = values.flatMap((value) => eventsOf(value, 0))
  const events = read.filter((event) => event !== undefined)
  return { events, skipped: read.length - events.length }
}

/** Undefined for each part that is no event. */
function eventsOf(value: unknown, depth: number): (CloudTrailEvent | undefined)[] {
  if (depth > MAX_DEPTH) return [undefined]
  if (typeof value === 'string') return eventsOf(parsed(value), depth + 1)
  if (Array.isArray(value)) return value.flatMap((item) => eventsOf(item, depth + 1))
  if (!isRecordObject(value)) return [undefined]
  const event = readCloudTrailEvent(value)
  if (event) return [event]
  for (const name of LISTS) {
    const list = value[name]
    if (Array.isArray(list)) return list.flatMap((item) => eventsOf(item, depth + 1))
  }
  const wrapper = WRAPPERS.find((name) => value[name] !== undefined)
  return wrapper === undefined ? [undefined] : eventsOf(value[wrapper], depth + 1)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
