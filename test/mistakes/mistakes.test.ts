/** The table of deliberate mistakes is complete: each says what a channel must say, or why not. */
import { expect, it } from 'vitest'
import { SUBJECTS } from './all-mistakes.ts'
import { CHANNELS } from './mistake.ts'

const MISTAKES = SUBJECTS.flatMap(({ mistakes }) => mistakes)

it('has at least 130 mistakes with unique names', () => {
  expect(MISTAKES.length).toBeGreaterThanOrEqual(130)
  expect(new Set(MISTAKES.map(({ id }) => id)).size).toBe(MISTAKES.length)
})

it('scores each mistake in a channel, and has a reason for each channel that is not scored', () => {
  for (const { elsewhere, mistakes } of SUBJECTS)
    for (const mistake of mistakes) {
      expect(Object.keys(mistake.marks), mistake.id).not.toEqual([])
      for (const channel of CHANNELS) {
        const reason = mistake.elsewhere?.[channel] ?? elsewhere[channel]
        expect(mistake.marks[channel] ?? reason, `${mistake.id}: ${channel}`).toBeDefined()
      }
    }
})
