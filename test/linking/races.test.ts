/** The guarantees of linking, in every order of the steps of requests that run at the same time. */
import { expect, it } from 'vitest'
import { checkRace } from './execute-race.ts'
import { DEFAULT_INTERRUPTIONS, RACES } from './races.ts'

it.each(RACES)('$name', { timeout: 300_000 }, (race) => {
  const [interruptions] = race.interruptions ?? DEFAULT_INTERRUPTIONS

  const { executions, violations } = checkRace(race, interruptions)

  expect([...violations]).toEqual([])
  expect(executions).toBeGreaterThan(20)
})
