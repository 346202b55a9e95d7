/** The clock of what is kept, against every order of a wall clock that jumps and a clock that stands still. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAgeClock } from '../../../packages/functions/src/adapters/caching.ts'

const steps = fc.array(
  fc.record({ wallMs: fc.integer({ min: -1e7, max: 1e7 }), elapsedMs: fc.nat(1e7) }),
  {
    minLength: 1,
    maxLength: 40,
  },
)

it('is never slower than the clock that nobody sets, and goes with the wall clock where that is ahead for good', () => {
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
