/**
 * `npm run mistakes`: introduces every mistake, prints the means and what is below 3 (a response:
 * below 2), and writes the tables into README.md. With `--all`, prints every message.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { runAllMistakes } from './all-mistakes.ts'
import { channelMeans, meansTable, messagesTable, silentMistakes } from './mistake-table.ts'
import { README, withTables } from './readme-tables.ts'

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } })
const results = await runAllMistakes()
for (const { mistake, scored, leaks } of results) {
  for (const channel of leaks) console.log(`LEAK ${mistake.id} [${channel}]`)
  for (const [channel, { score, missing, text }] of Object.entries(scored))
    if (values.all || score < (channel === 'response' ? 2 : 3))
      console.log(`${mistake.id} [${channel}] ${score}, missing: ${missing.join(', ')}\n${text}\n`)
}
const means = channelMeans(results)
const silent = silentMistakes(results)
console.log(`${results.length} mistakes\n${meansTable(means)}`)
console.log(`silent: ${silent.join(', ') || 'none'}`)
const page = path.join(import.meta.dirname, README)
writeFileSync(
  page,
  withTables(readFileSync(page, 'utf8'), meansTable(means), messagesTable(results)),
)
