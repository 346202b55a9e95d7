/** The times of the stages of a request, and its end at the deadline. */
import { describe, expect, it } from 'vitest'
import { beforeDeadline } from '../../../packages/core/src/model/before-deadline.ts'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { startLaps } from '../../../packages/core/src/model/stage-times.ts'
import { isUnixTime, timeText } from '../../../packages/core/src/model/time-text.ts'
import { createTrace, type Stage } from '../../../packages/core/src/model/trace.ts'

/** Laps that begin after these microseconds each. */
function timesOf(...laps: readonly (readonly [microseconds: bigint, next: Stage | undefined])[]) {
  const trace = createTrace()
  let now = 77n
  const lap = startLaps({ trace, ports: { monotonicNs: () => now } })
  for (const [microseconds, next] of laps) {
    now += microseconds * 1000n
    lap(next)
  }
  return trace.durationsMs
}

describe('stages', () => {
  it('take the time from their own begin to that of the next one, in hundredths of 1 ms', () => {
    expect(timesOf([500n, 'verify'], [1239n, 'match'], [10n, undefined])).toEqual({
      ...{ verify: 1.23, match: 0.01 },
    })
  })

  it('that run several times take the sum', () => {
    const sum = timesOf([0n, 'verify'], [100n, 'match'], [300n, 'verify'], [290n, undefined])
    expect(sum).toEqual({ verify: 0.39, match: 0.3 })
  })

  it('take no time while none of them runs', () => {
    const waited = timesOf([0n, 'verify'], [100n, undefined], [900n, undefined], [9n, 'match'])
    expect(waited).toEqual({ verify: 0.1 })
  })
})

describe('the deadline', () => {
  const refusal = {
    ...{ code: 'upstream_unavailable', message: 'Nothing was decided before the deadline.' },
    retryAfterSeconds: 1,
  }

  it('refuses a request whose work has not ended', async () => {
    const deadline = new AbortController()
    const outcome = beforeDeadline(deadline.signal, new Promise(() => {}))
    deadline.abort()
    await expect(outcome).rejects.toMatchObject(refusal)
    await expect(outcome).rejects.toBeInstanceOf(BrokerError)
    const late = beforeDeadline(AbortSignal.abort(), new Promise(() => {}))
    await expect(late).rejects.toMatchObject(refusal)
  })

  it('changes nothing where the work ends, and does not remember the work', async () => {
    const { signal } = new AbortController()
    const listeners = new Map<string, unknown>()
    const counted = Object.assign(signal, {
      addEventListener: (event: string, listener: unknown) => void listeners.set(event, listener),
      removeEventListener: (event: string) => void listeners.delete(event),
    })
    expect(await beforeDeadline(counted, Promise.resolve('done'))).toBe('done')
    const failure = new Error('failed')
    await expect(beforeDeadline(counted, Promise.reject(failure))).rejects.toBe(failure)
    expect(listeners.size).toBe(0)
  })
})

describe('times', () => {
  it.each([
    [0, true],
    [253_402_300_799, true],
    [253_402_300_800, false],
    [-1, false],
    [Number.NaN, false],
    ['0', false],
    [5n, false],
    [undefined, false],
  ])('%s: %s', (value, expected) => {
    expect(isUnixTime(value)).toBe(expected)
  })

  it('are written in whole seconds', () => {
    expect(timeText(1_795_669_758.999)).toBe('2026-11-26T05:09:18Z')
  })
})
