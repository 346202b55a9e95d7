/** `npm run bench:storms`: what happens when all clients come at once, or an upstream fails. */
import { parseArgs } from 'node:util'
import { count, printRows } from './simulate/print-tables.ts'
import type { StormResult } from './storms/storm-stage.ts'
import { STORMS, type StormName, type StormSize } from './storms/storms.ts'

const NAMES = Object.keys(STORMS) as StormName[]

const USAGE = `npm run bench:storms -- [NAME]... [--clients N] [--per-second N] [--seconds N]
                        [--processes N] [--identities N] [--sts N] [--grant JSON]
                        [--limits JSON]

${NAMES.map((name) => `  ${name.padEnd(13)} ${STORMS[name].title}`).join('\n')}

  --clients N     default: 5,000 for start, 2,000 for expiry, 600 for throttle and outage
  --per-second N  new clients of rotation, early and publish (default 100)
  --seconds N     of rotation, early and publish (default 10)
  --processes N   of the broker (default 2)
  --identities N  shared by the clients (default: one for each)
  --sts N         calls per second that STS serves in throttle (default 50)
  --grant JSON    more members of the grant, such as '{"reuse":"5m"}'
  --limits JSON   of the stage, such as '{"subject":{"requestsPerSecond":10}}'

Without names, start, expiry and throttle are also run with 25 identities and reuse of 5 minutes,
and start with 25 identities and a limit of 10 requests per second for each.`

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string' },
    'per-second': { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    processes: { type: 'string', default: '2' },
    identities: { type: 'string', default: '1000000' },
    sts: { type: 'string', default: '50' },
    grant: { type: 'string', default: '{}' },
    limits: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const CLIENTS: Readonly<Partial<Record<StormName, number>>> = { start: 5_000, expiry: 2_000 }
const DEFAULT_CLIENTS = 600

/** The storms that are also run with sessions of 5 minutes that few identities share. */
const WITH_REUSE: readonly StormName[] = ['start', 'expiry', 'throttle']
const FEW_IDENTITIES = 25
const LIMITS = { subject: { requestsPerSecond: 10, burst: 10 } }

interface Run {
  readonly name: StormName
  readonly label: string
  readonly size: StormSize
}

const unknown = positionals.filter((name) => !(name in STORMS))
if (flags.help) console.log(USAGE)
else if (unknown.length > 0) {
  console.error(`There is no storm ${unknown.join(', ')}; there are ${NAMES.join(', ')}.`)
  process.exitCode = 2
} else await runStorms(selectRuns())

function selectRuns(): readonly Run[] {
  if (positionals.length > 0) {
    const names = NAMES.filter((name) => positionals.includes(name))
    return names.map((name) => ({ name, label: name, size: sizeOf(name) }))
  }
  return NAMES.flatMap((name) => {
    const size = sizeOf(name)
    const shared = (label: string, stage: object) => ({
      ...{ name, label: `${name}, ${label}` },
      size: { ...size, identities: FEW_IDENTITIES, stage: { ...size.stage, ...stage } },
    })
    return [
      { name, label: name, size },
      ...(WITH_REUSE.includes(name)
        ? [shared('reuse', { grant: { ...size.stage.grant, reuse: '5m' } })]
        : []),
      ...(name === 'start' ? [shared('limits', { limits: LIMITS })] : []),
    ]
  })
}

async function runStorms(runs: readonly Run[]): Promise<void> {
  const rows: string[][] = []
  let lost = 0
  for (const { name, label, size } of runs) {
    process.stderr.write(`${label}: ${STORMS[name].title}\n`)
    const result = await STORMS[name].run(size)
    lost += result.lost
    rows.push(rowOf(label, result))
    const codes = Object.entries(result.codes).map(([code, times]) => `${code} ${times}`)
    if (codes.length > 0) process.stderr.write(`  refusals: ${codes.join(', ')}\n`)
  }
  printRows(
    [
      ...['storm', 'clients', 'served', 'requests', 'issued', 'reused', 'refused', 'throttled'],
      ...['STS calls', 'keys', 'p50, ms', 'p99, ms', 'RSS, MB', 'lost'],
    ],
    rows,
  )
  process.exitCode = lost === 0 ? 0 : 1
}

function sizeOf(name: StormName): StormSize {
  return {
    clients: Number(flags.clients ?? CLIENTS[name] ?? DEFAULT_CLIENTS),
    perSecond: Number(flags['per-second']),
    seconds: Number(flags.seconds),
    identities: Number(flags.identities),
    stsPerSecond: Number(flags.sts),
    stage: {
      processes: Number(flags.processes),
      grant: JSON.parse(flags.grant),
      ...(flags.limits === undefined ? {} : { limits: JSON.parse(flags.limits) }),
    },
  }
}

function rowOf(label: string, result: StormResult): string[] {
  const { clients, served, requests, issued, reused, refused, throttled } = result
  const { stsCalls, keyFetches, p50Ms, p99Ms, maxRssMb, lost } = result
  const records = [clients, served, requests, issued, reused, refused, throttled]
  return [label, ...[...records, stsCalls, keyFetches, p50Ms, p99Ms, maxRssMb, lost].map(count)]
}
