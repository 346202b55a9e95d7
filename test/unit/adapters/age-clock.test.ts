/** The clock of caches, against wall clocks that jump and monotonic clocks that stop. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAgeClock } from '../../../packages/functions/src/adapters/caching.ts'

it('is never slower than the monotonic clock, and follows a wall clock that is ahead', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      let [wall, elapsed, farthest] = [1e12, 0, 1e12]
      const clock = createAgeClock({
        now: () => wall,
        monotonicNs: () => BigInt(elapsed) * 1_000_000n,
      })
      let age = clock()
      expect(age).toBe(wall)
      for (const move of moves) {
        wall += move.wallMs
        elapsed += move.elapsedMs
        farthest = Math.max(farthest + move.elapsedMs, wall)
        expect(clock() - age).toBeGreaterThanOrEqual(move.elapsedMs)
        age = clock()
        expect(age).toBe(farthest)
      }
    }),
  )
})

const steps = fc.array(
  fc.record({ wallMs: fc.integer({ min: -1e7, max: 1e7 }), elapsedMs: fc.nat(1e7) }),
  { minLength: 1, maxLength: 40 },
)
