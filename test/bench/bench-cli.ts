/**
 * `npm run bench:cli`: the startup time of the packed and installed `token-broker`, as ratios to
 * `node -e 0`. The runs take turns, so that a busy moment of the machine slows all of them.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { startServer } from '../fixtures/http-server.ts'
import { smallDocument } from '../fixtures/small-document.ts'
import { installPacked } from '../packages/packed-package.ts'

const ROUNDS = 31

const { folder, remove } = await installPacked('cli')
const program = path.join(folder, 'node_modules/@token-broker/cli/bin/token-broker.mjs')
const env = { PATH: process.env.PATH, HOME: folder }
const tokenFile = write('token', 'header.payload.signature')
const document = write('acme.yaml', smallDocument('acme'))
const credentialProcess = await fillCache()

const records = write('broker.log', `${JSON.stringify(refusedRecord())}\n`)

const CASES: readonly BenchCase[] = [
  { name: '--version', args: [program, '--version'], target: 1.6 },
  { name: 'credential-process, cached', args: credentialProcess, target: 2 },
  { name: 'validate, one document', args: [program, 'validate', document], target: 5 },
  { name: 'init --help', args: [program, 'init', '--help'], target: 2.5 },
  { name: 'init --preset', args: [program, 'init', '--preset', 'okta'], target: 6 },
  { name: 'audit, one record', args: [program, 'audit', records], target: 3 },
  { name: 'audit summary', args: [program, 'audit', 'summary', records], target: 3 },
  // Nothing listens at port 9, so that the calls end at once.
  {
    name: 'issuer check, unreachable',
    args: [program, 'issuer', 'check', 'http://127.0.0.1:9', '--allow-loopback-http'],
    target: 5,
    exitCode: 3,
  },
  { name: 'doctor, without options', args: [program, 'doctor'], target: 5 },
]

const baseMs: number[] = []
const times = CASES.map((measured) => ({ ...measured, ms: [] as number[] }))
for (let round = 0; round < ROUNDS; round++) {
  baseMs.push(timeOf(['-e', '0']))
  for (const { args, exitCode, ms } of times) ms.push(timeOf(args, exitCode))
}
remove()

console.log(`Medians of ${ROUNDS} rounds, Node.js ${process.version}`)
console.log(`node -e 0                   ${median(baseMs).toFixed(1).padStart(6)} ms`)
for (const { name, ms, target } of times) {
  const ratio = median(ms.map((time, round) => time / (baseMs[round] ?? time)))
  const time = `${name.padEnd(27)} ${median(ms).toFixed(1).padStart(6)} ms`
  console.log(`${time}  ${ratio.toFixed(2)} times (target: at most ${target})`)
}

interface BenchCase {
  readonly name: string
  readonly args: readonly string[]
  /** At most so many times the time of `node -e 0`. */
  readonly target: number
  /** Default: 0. */
  readonly exitCode?: number
}

function refusedRecord() {
  const time = new Date().toISOString()
  const who = { tenant: 'acme', issuer: 'https://id.example', subject: 'alice' }
  const outcome = { outcome: 'refused', code: 'access_denied', reason: 'No rule passes.' }
  return { time, requestId: 'request', endpoint: 'native', ...outcome, ...who }
}

/** @returns the arguments of a call that finds its credentials in the cache */
async function fillCache(): Promise<readonly string[]> {
  const credentials = {
    accessKeyId: 'ASIA',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(Date.now() + 3_600_000).toISOString(),
  }
  const body = JSON.stringify({ credentials })
  const { url, close } = await startServer((_, response) => response.end(body))
  const args = [program, 'credential-process', '--endpoint', url, '--token-file', tokenFile]
  // Not with `spawnSync`, during which this process could not respond.
  await once(spawn(process.execPath, args, { env, stdio: 'ignore' }), 'close')
  await close()
  return args
}

/** Of a whole process, in milliseconds. */
function timeOf(args: readonly string[], exitCode = 0): number {
  const startedAtMs = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: 'pipe' })
  const elapsedMs = performance.now() - startedAtMs
  if (status !== exitCode) throw new Error(`${args.join(' ')}: exit code ${status}: ${stderr}`)
  return elapsedMs
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function write(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}
