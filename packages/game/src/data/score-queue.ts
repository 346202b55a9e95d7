/**
 * Scores that are not yet in the table. Each has a key of its own, so that adding and removing one
 * is a single write: no other tab and no crash can lose or change another score.
 */
import type { DeviceStore } from './device-store.ts'

export interface Score {
  /** Made on the device. The row's key, so that a score that is sent twice is one row. */
  readonly round: string
  readonly score: number
  /** The player's name at that time. */
  readonly name: string
  /** When the round ended, in seconds since 1970. */
  readonly at: number
}

export interface QueuedScore extends Score {
  /** The user who played; empty for the guest of this device, who may not have an id yet. */
  readonly owner: string
}

const PREFIX = 'marsh.score.'

/** @returns false if the device could not keep it */
export function enqueueScore(store: DeviceStore, queued: QueuedScore): boolean {
  return store.set(PREFIX + queued.round, JSON.stringify(queued))
}

/** The oldest first. Entries that cannot be read are left where they are. */
export function queuedScores(store: DeviceStore): readonly QueuedScore[] {
  return store
    .keys()
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => parseQueuedScore(store.get(key)))
    .filter((queued) => queued !== undefined)
    .toSorted((a, b) => a.at - b.at)
}

export function dequeueScore(store: DeviceStore, { round }: Pick<Score, 'round'>): void {
  store.remove(PREFIX + round)
}

/** Gives the scores of this device's guest to the user whom the guest became. */
export function reassignScores(store: DeviceStore, owner: string): void {
  for (const queued of queuedScores(store))
    if (queued.owner === '') enqueueScore(store, { ...queued, owner })
}

function parseQueuedScore(text: string | undefined): QueuedScore | undefined {
  try {
    const { round, score, name, at, owner }: Record<string, unknown> = JSON.parse(text ?? 'null')
    return typeof round === 'string' &&
      typeof score === 'number' &&
      typeof name === 'string' &&
      typeof at === 'number' &&
      typeof owner === 'string'
      ? { round, score, name, at, owner }
      : undefined
  } catch {
    return undefined
  }
}
