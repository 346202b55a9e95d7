/**
 * Whether the broker could issue credentials now. A bundle of its own, which is loaded when someone
 * asks; a request for credentials does not wait for it.
 */
import type { Signer } from '@token-broker/core'
import { printableJson } from './adapters/audit/printable-json.ts'
import type { TenantSource } from './adapters/stores/tenant-source.ts'
import type { ReadinessProblem } from './configuration/start-failure.ts'

/**
 * Anyone may ask, without a token, and each check calls KMS and DynamoDB: an instance makes it at
 * most this often.
 */
const FRESH_MS = 30_000

/** Whether they exist does not matter; no page can have this origin (RFC 6761 §6.4). */
const ANY_TENANT = 'readiness-check'
const NO_ORIGIN = 'https://readiness.invalid'

export interface ReadinessOptions {
  /** What was wrong at the start, and cannot change. */
  readonly known: readonly ReadinessProblem[]
  readonly signer: Signer | undefined
  /** Without a cache, which would bridge an outage. Undefined: there is no table. */
  readonly table: Pick<TenantSource, 'load' | 'allowsOrigin'> | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds, from a clock that is never set back. */
  readonly ageClock: () => number
  /** Gets one line for each problem of a check, with the reason, which only the operator sees. */
  readonly log: (line: string) => void
}

export function createReadiness(options: ReadinessOptions) {
  let last:
    | { readonly at: number; readonly found: Promise<readonly ReadinessProblem[]> }
    | undefined
  return (signal: AbortSignal): Promise<readonly ReadinessProblem[]> => {
    const at = options.ageClock()
    if (last === undefined || at - last.at >= FRESH_MS) last = { at, found: check(options, signal) }
    return last.found
  }
}

async function check(
  { known, signer, table, now, log }: ReadinessOptions,
  signal: AbortSignal,
): Promise<readonly ReadinessProblem[]> {
  const attempt = async (work: Promise<unknown> | undefined, problem: ReadinessProblem) => {
    try {
      await work
      return []
    } catch (error) {
      const reason = error instanceof Error ? error.message : problem.problem
      const time = new Date(now()).toISOString()
      log(`${printableJson({ time, event: 'readiness', code: problem.code, reason })}\n`)
      return [problem]
    }
  }
  const found = await Promise.all([
    attempt(readTable(table), {
      code: 'tenants_unreadable',
      problem: 'The table of tenants cannot be read.',
      fix:
        'See the reason in the log; check that the table exists, and that the role of the ' +
        'function may call dynamodb:GetItem and dynamodb:Query on it.',
    }),
    // It expired in 1970 and has an audience that nothing trusts; it leaves neither this function
    // nor the log.
    attempt(signer?.sign({ aud: 'readiness', exp: 0 }, signal), {
      code: 'signing_failed',
      problem: 'Tokens cannot be signed.',
      fix:
        'See the reason in the log; check that the key is valid, and for a key of KMS that it is ' +
        'enabled and that the role of the function may call kms:Sign with it.',
    }),
  ])
  return [...known, ...found.flat()]
}

/** The two operations that the role of the function needs, each once. */
async function readTable(table: ReadinessOptions['table']): Promise<void> {
  await Promise.all([table?.load(ANY_TENANT), table?.allowsOrigin(NO_ORIGIN)])
}
