/**
 * `npm run test:races`: checks all races with more interruptions than CI does, and prints each.
 * `--short` checks what CI does; any other argument is part of the names of the races to check.
 */
import { checkRace } from './execute-race.ts'
import { DEFAULT_INTERRUPTIONS, RACES } from './races.ts'

const only = process.argv.slice(2).find((argument) => argument !== '--short') ?? ''
const isShort = process.argv.includes('--short')
const races = RACES.filter(({ name }) => name.includes(only))
let total = 0
let failures = 0
for (const race of races) {
  const [short, long] = race.interruptions ?? DEFAULT_INTERRUPTIONS
  const interruptions = isShort ? short : long
  const startedMs = performance.now()
  const { executions, violations } = checkRace(race, interruptions)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const verdict = violations.size > 0 ? 'BAD' : 'ok '
  console.log(`${verdict} ${race.name}: ${executions} executions, ${seconds} s`)
  for (const [violation, example] of violations) console.log(`    ${violation}\n      ${example}`)
  total += executions
  failures += violations.size
}
console.log(`${total} executions of ${races.length} races, ${failures} kinds of violation`)
process.exitCode = failures > 0 ? 1 : 0
