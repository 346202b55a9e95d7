/** `npm run simulate`: simulates a stage beyond what one machine can run. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import {
  ASSUMPTION_NAMES,
  ASSUMPTIONS,
  type Assumed,
  type Assumption,
  flagOf,
  readAssumed,
} from './simulate/assumptions.ts'
import { costOf } from './simulate/cost.ts'
import { type Measured, readMeasured } from './simulate/measured.ts'
import { modelOf } from './simulate/model-of.ts'
import { count, percent, printRows } from './simulate/print-tables.ts'
import { quotasOf } from './simulate/quotas.ts'
import { simulateStage } from './simulate/simulate-stage.ts'
import { quantile, type StageCounts } from './simulate/stage-model.ts'

const PAGE = path.join(import.meta.dirname, 'README.md')

const { values: flags } = parseArgs({
  options: {
    measured: { type: 'string', default: PAGE },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    ...Object.fromEntries(
      ASSUMPTION_NAMES.map((name) => [flagOf(name), { type: 'string' as const }]),
    ),
  },
})

if (flags.help) printUsage()
else if (flags.check) {
  const { checkSimulation } = await import('./simulate/check-simulation.ts')
  await checkSimulation()
} else report(readAssumed(flags), readMeasured(String(flags.measured)))

function printUsage(): void {
  console.log(`npm run simulate -- [--check] [--measured FILE] [--ASSUMPTION NUMBER]...

  --check          runs a small stage on this machine, and compares it with its simulation
  --measured FILE  the page of results (default), or what npm run bench -- --json FILE wrote

Assumptions, with their default values:
`)
  for (const name of ASSUMPTION_NAMES) {
    const { value, unit, what }: Assumption = ASSUMPTIONS[name]
    const flag = `--${flagOf(name)}`.padEnd(17)
    console.log(`  ${flag} ${`${value} ${unit}`.padEnd(20)} ${what}`)
  }
}

function report(assumed: Assumed, measured: Measured): void {
  const demand = simulateStage(modelOf(assumed, measured, false))
  const enforced = simulateStage(modelOf(assumed, measured, true))
  console.log(
    `A stage with ${count(assumed.tenants)} tenants at ${count(assumed.rate)} requests per second`,
  )
  console.log('\nWhat it needs where no quota refuses, and what is served with these quotas:\n')
  const runs = [demand.start, demand.steady, enforced.start, enforced.steady]
  const line = (label: string, of: (counts: StageCounts) => string) => [label, ...runs.map(of)]
  const perSecond = (label: string, name: CountName) =>
    line(label, (counts) => count(counts[name] / assumed.seconds))
  printRows(
    ['', 'from none', 'steady', 'quotas, from none', 'quotas, steady'],
    [
      perSecond('requests/s', 'requests'),
      perSecond('issued/s', 'issued'),
      perSecond('  of these reused/s', 'reused'),
      perSecond('refused by API Gateway/s', 'gatewayThrottled'),
      perSecond('refused by Lambda/s', 'lambdaThrottled'),
      perSecond('refused as KMS or STS throttles/s', 'upstreamThrottled'),
      line('environments, peak', (counts) => count(counts.peakEnvironments)),
      line('requests at the same time, peak', (counts) => count(counts.peakBusy)),
      line('the same, mean', (counts) => count(counts.busyMs / 1000 / assumed.seconds)),
      line('cold starts', (counts) => count(counts.coldStarts)),
      line('hit rate, table', (counts) => percent(counts.tableHits, counts.tableLookups)),
      line('hit rate, keys', (counts) => percent(counts.keyHits, counts.keyLookups)),
      perSecond('reads of the table/s', 'tableReads'),
      perSecond('fetches of keys/s', 'keyFetches'),
      perSecond('KMS/s', 'kmsCalls'),
      perSecond('STS/s', 'stsCalls'),
      line('p50, ms', (counts) => quantile(counts.latencies, 0.5).toFixed(1)),
      line('p99, ms', (counts) => quantile(counts.latencies, 0.99).toFixed(1)),
    ],
  )
  console.log('\nQuotas, in the order in which a growing rate reaches them:\n')
  const rows = quotasOf(assumed, demand)
  printRows(
    ['', 'demand', 'quota', 'reached at, requests/s'],
    rows.map(({ quota, demand: needed, limit, reachedAt }) => [
      ...[quota, count(needed), count(limit), count(reachedAt)],
    ]),
  )
  console.log('\nWhat to raise:\n')
  for (const { quota, raise } of rows) console.log(`  ${quota}\n      ${raise}`)
  console.log('\nCost per million requests, where no quota refuses:\n')
  const costs = costOf(assumed, demand.steady).map(([part, dollars]) => [part, dollars.toFixed(2)])
  printRows(['', '$'], costs)
  console.log(`\nMeasured service times: ${measured.about}`)
  for (const name of ['passedThrough', 'minted'] as const) {
    const { coldMs, cpuMicros1 } = measured[name]
    console.log(`  ${name.padEnd(14)} cold ${coldMs} ms, CPU ${cpuMicros1} µs per request`)
  }
  printAssumptions(assumed)
}

type CountName = Exclude<keyof StageCounts, 'latencies'>

function printAssumptions(assumed: Assumed): void {
  console.log('\nAssumptions:\n')
  for (const name of ASSUMPTION_NAMES) {
    const { unit, what, source }: Assumption = ASSUMPTIONS[name]
    const value = `${assumed[name].toLocaleString('en-US', { maximumFractionDigits: 6 })} ${unit}`
    const from = source === undefined ? '' : ` (${source})`
    console.log(`  --${flagOf(name).padEnd(15)} ${value.padEnd(20)} ${what}${from}`)
  }
}
