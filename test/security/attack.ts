/** Sends hostile inputs to a broker, holds the answer to each to the same promises, and counts them by class. */
import type { AuditRecord } from '@token-broker/core'
import fc from 'fast-check'
import { expect, type TaskMeta } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** For the table that `attack-table-reporter.ts` prints. */
    attacks?: AttackClass
  }
}

export interface AttackClass {
  readonly name: string
  /** No input may take longer. */
  readonly maxMs: number
  inputs: number
  /** How often each code was the answer. */
  readonly codes: Record<string, number>
  worstMs: number
  worstGrowthMiB: number
}

export interface Answer {
  readonly status: number
  /** All that went out, head and body. */
  readonly text: string
  /** The other side left the connection open for longer than anyone waits. */
  readonly open?: boolean
}

export interface Attack {
  readonly name: string
  /** Any one of them is a right answer. */
  readonly codes: readonly string[]
  send(): Promise<Answer>
  /** Of this input alone, beside the target's. */
  readonly canaries?: readonly string[]
  /** What the operator may read in the audit record, and the caller in no answer. */
  readonly answerCanaries?: readonly string[]
  /** Codes of the audit records, where they are others than the answer's. */
  readonly audited?: readonly string[]
}

export interface AttackTarget {
  readonly audit: readonly AuditRecord[]
  readonly auditText: readonly string[]
  /** Secrets that must appear nowhere; tokens join them as they are signed. */
  readonly canaries: Iterable<string>
  /** An honest request to the same broker; its status. */
  askHonestly(): Promise<number>
}

/** Inputs of a generator; `HOSTILE_RUNS=5000 npm run test:hostile` tries more. */
export const HOSTILE_RUNS = Number(process.env.HOSTILE_RUNS ?? 200)

/** For a test of a whole class, however many inputs it is given. */
export const CLASS_TIMEOUT = { timeout: 600_000 + HOSTILE_RUNS * 100 }

/** For what waits for nobody, and for keys, which take at most 3 s; most of it is for machines that are slow or busy. */
const MAX_MS = 10_000
const MAX_GROWTH_MIB = 256
const BYTES_PER_MIB = 1024 * 1024

/** Sends each of a fixed list. */
export async function sendAll(
  meta: TaskMeta,
  name: string,
  target: AttackTarget,
  attacks: readonly Attack[],
  maxMs = MAX_MS,
): Promise<void> {
  const attackClass = startClass(meta, name, maxMs)
  for (const attack of attacks) await hold(attack, target, attackClass)
}

/** Sends {@link HOSTILE_RUNS} that a generator makes. */
export async function sendGenerated(
  meta: TaskMeta,
  name: string,
  target: AttackTarget,
  attacks: fc.Arbitrary<Attack>,
  maxMs = MAX_MS,
): Promise<void> {
  const attackClass = startClass(meta, name, maxMs)
  const property = fc.asyncProperty(attacks, (attack) => hold(attack, target, attackClass))
  await fc.assert(property, { numRuns: HOSTILE_RUNS })
}

/** Starts the count of a class, which goes with its test. */
export function startClass(meta: TaskMeta, name: string, maxMs = MAX_MS): AttackClass {
  const attackClass: AttackClass = {
    name,
    maxMs,
    inputs: 0,
    codes: {},
    worstMs: 0,
    worstGrowthMiB: 0,
  }
  meta.attacks = attackClass
  return attackClass
}

/** Measures the work of one input and keeps its class's worst; the answer's code is told by `codeOf`. */
export async function measure<Result>(
  attackClass: AttackClass,
  work: () => Result | Promise<Result>,
  codeOf: (result: Result) => string,
): Promise<Result> {
  const before = memory()
  const started = performance.now()
  const result = await work()
  const ms = performance.now() - started
  const after = memory()
  // Where the process's high-water mark rose, it tells the peak during the work; else only the end is known.
  const growth = ((after.peak > before.peak ? after.peak : after.now) - before.now) / BYTES_PER_MIB
  const code = codeOf(result)
  attackClass.inputs++
  attackClass.codes[code] = (attackClass.codes[code] ?? 0) + 1
  attackClass.worstMs = Math.max(attackClass.worstMs, ms)
  attackClass.worstGrowthMiB = Math.max(attackClass.worstGrowthMiB, growth)
  expect(ms).toBeLessThan(attackClass.maxMs)
  expect(growth).toBeLessThan(MAX_GROWTH_MIB)
  return result
}

async function hold(attack: Attack, target: AttackTarget, attackClass: AttackClass): Promise<void> {
  const records = target.audit.length
  const answer = await measure(attackClass, attack.send, codeOf)
  const code = codeOf(answer)
  expect({ attack: attack.name, code, refused: answer.status >= 400 }).toEqual({
    attack: attack.name,
    code: expect.toBeOneOf([...attack.codes]),
    refused: true,
  })
  // Honest requests may have come in between.
  const written = target.audit
    .slice(records)
    .flatMap(({ outcome, code }) => (outcome === 'issued' ? [] : [code]))
  expect({ attack: attack.name, written }).toEqual({
    attack: attack.name,
    written: attack.audited ?? [code],
  })
  const said = [answer.text, ...target.auditText.slice(records)].join('\n')
  const leaked = [
    ...[...target.canaries, ...(attack.canaries ?? [])].filter((canary) => said.includes(canary)),
    ...(attack.answerCanaries ?? []).filter((canary) => answer.text.includes(canary)),
  ]
  expect({ attack: attack.name, leaked }).toEqual({ attack: attack.name, leaked: [] })
  expect(await target.askHonestly()).toBe(200)
}

/** The broker's code in the words of whichever door answered. */
function codeOf({ text, open }: Answer): string {
  if (open) return '(left open)'
  const told = /"code":"([a-z_]+)"/.exec(text) ?? /\(([a-z_]+)(?:, request [\w-]+)?\)/.exec(text)
  if (told?.[1]) return told[1]
  const aws = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
  return aws === 'ValidationError' ? 'invalid_request' : (aws ?? '(closed)')
}

function memory(): { now: number; peak: number } {
  return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }
}
