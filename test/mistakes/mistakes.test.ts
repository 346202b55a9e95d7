/** The table of deliberate mistakes: what each channel says is as good as it has to be. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runAllMistakes, SUBJECTS } from './all-mistakes.ts'
import { CHANNELS } from './mistake.ts'
import {
  channelMeans,
  meansTable,
  messagesTable,
  silentMistakes,
  TARGETS,
} from './mistake-table.ts'
import { comparableText, README, withTables } from './readme-tables.ts'

const MISTAKES = SUBJECTS.flatMap(({ mistakes }) => mistakes)
const results = await runAllMistakes()
const means = channelMeans(results)

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

it('runs every mistake', () => {
  expect(new Set(results.map(({ mistake }) => mistake))).toEqual(new Set(MISTAKES))
})

it.each(means)('has a mean for $channel that is not below its target', ({ channel, mean }) => {
  expect(mean).toBeGreaterThanOrEqual(TARGETS[channel])
})

it('has no silent mistake', () => {
  expect(silentMistakes(results)).toEqual([])
})

it('says in no channel what it must not say', () => {
  expect(results.filter(({ leaks }) => leaks.length > 0).map(({ mistake }) => mistake.id)).toEqual(
    [],
  )
})

it('has its tables in README.md, up to date (npm run mistakes)', () => {
  const page = readFileSync(path.join(import.meta.dirname, README), 'utf8')
  const current = withTables(page, meansTable(means), messagesTable(results))
  expect(comparableText(page)).toBe(comparableText(current))
})
