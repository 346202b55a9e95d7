/** Sends hostile inputs to a broker, checks all responses in the same way, and counts them. */
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
  /** Longest time for one input. */
  readonly maxMs: number
  inputs: number
  /** Number of responses by code. */
  readonly codes: Record<string, number>
  worstMs: number
  worstGrowthMiB: number
}

export interface AttackResponse {
  readonly status: number
  /** Headers and body. */
  readonly text: string
  /** The server did not close the connection in time. */
  readonly open?: boolean
}

export interface Attack {
  readonly name: string
  /** The codes that are accepted. */
  readonly codes: readonly string[]
  send(): Promise<AttackResponse>
  /** Canaries of this input, in addition to those of the target. */
  readonly canaries?: readonly string[]
  /** Allowed in the audit record, but not in a response. */
  readonly responseCanaries?: readonly string[]
  /** Codes of the audit records, if they differ from that of the response. */
  readonly audited?: readonly string[]
}

export interface AttackTarget {
  readonly audit: readonly AuditRecord[]
  readonly auditText: readonly string[]
  /** Secrets that must appear nowhere. Tokens are added when they are signed. */
  readonly canaries: Iterable<string>
  /** Sends an honest request to the same broker. @returns the status */
  requestHonestly(): Promise<number>
}

/** Number of inputs per generator. `HOSTILE_RUNS=5000 npm run test:hostile` generates more. */
export const HOSTILE_RUNS = Number(process.env.HOSTILE_RUNS ?? 200)

/** The timeout for a whole class, which depends on the number of inputs. */
export const CLASS_TIMEOUT = { timeout: 600_000 + HOSTILE_RUNS * 100 }

/** Far more than the 3 s in which keys are fetched, for slow or busy machines. */
const MAX_MS = 10_000
const MAX_GROWTH_MIB = 256
const BYTES_PER_MIB = 1024 * 1024

/** Sends each attack of a list. */
export async function sendAll(
  meta: TaskMeta,
  name: string,
  target: AttackTarget,
  attacks: readonly Attack[],
  maxMs = MAX_MS,
): Promise<void> {
  const attackClass = startClass(meta, name, maxMs)
  for (const attack of attacks) await runAttack(attack, target, attackClass)
}

/** Sends {@link HOSTILE_RUNS} attacks of a generator. */
export async function sendGenerated(
  meta: TaskMeta,
  name: string,
  target: AttackTarget,
  attacks: fc.Arbitrary<Attack>,
  maxMs = MAX_MS,
): Promise<void> {
  const attackClass = startClass(meta, name, maxMs)
  const property = fc.asyncProperty(attacks, (attack) => runAttack(attack, target, attackClass))
  await fc.assert(property, { numRuns: HOSTILE_RUNS })
}

/** Starts to count a class, for the table at the end of the run. */
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

/**
 * Measures the work for one input, and updates the maxima of its class.
 * @param codeOf returns the code under which the input is counted
 */
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
  // If the maximum of the process rose, it is the peak of this work. Otherwise, only the memory at
  // the end is known.
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

async function runAttack(
  attack: Attack,
  target: AttackTarget,
  attackClass: AttackClass,
): Promise<void> {
  const records = target.audit.length
  const response = await measure(attackClass, attack.send, codeOf)
  const code = codeOf(response)
  expect({ attack: attack.name, code, refused: response.status >= 400 }).toEqual({
    attack: attack.name,
    code: expect.toBeOneOf([...attack.codes]),
    refused: true,
  })
  // There may be records of honest requests in between.
  const written = target.audit
    .slice(records)
    .flatMap(({ outcome, code }) => (outcome === 'issued' ? [] : [code]))
  expect({ attack: attack.name, written }).toEqual({
    attack: attack.name,
    written: attack.audited ?? [code],
  })
  const sent = [response.text, ...target.auditText.slice(records)].join('\n')
  const leaked = [
    ...[...target.canaries, ...(attack.canaries ?? [])].filter((canary) => sent.includes(canary)),
    ...(attack.responseCanaries ?? []).filter((canary) => response.text.includes(canary)),
  ]
  expect({ attack: attack.name, leaked }).toEqual({ attack: attack.name, leaked: [] })
  expect(await target.requestHonestly()).toBe(200)
}

/** The code of the broker in the response of any endpoint. */
function codeOf({ text, open }: AttackResponse): string {
  if (open) return '(left open)'
  const code = /"code":"([a-z_]+)"/.exec(text) ?? /\(([a-z_]+)(?:, request [\w-]+)?\)/.exec(text)
  if (code?.[1]) return code[1]
  const aws = /<Code>(\w+)<\/Code>/.exec(text)?.[1]
  return CODES_WITH_REASON[aws ?? ''] ?? aws ?? '(closed)'
}

/** Where the STS endpoint says why, its message does not name the code of the broker. */
const CODES_WITH_REASON: Readonly<Record<string, string>> = {
  ValidationError: 'invalid_request',
  InvalidIdentityToken: 'invalid_token',
}

function memory(): { now: number; peak: number } {
  return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }
}
