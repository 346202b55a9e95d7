/** Debian's cvc5. Without it, tests are skipped; in CI they fail instead. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'

const CVC5 = '/usr/bin/cvc5'

export type Satisfiability = 'sat' | 'unsat' | 'unknown'

export function skipsCvc5(): boolean {
  const skips = !existsSync(CVC5) && process.env.CI !== 'true'
  if (skips) console.log('Skipped: the Debian package cvc5 is not installed.')
  return skips
}

/** cvc5's count of steps, so that the results do not depend on the machine: about 0.5 s of CPU. */
const MAX_STEPS = 50_000

/** Results by question: many documents lead to the same one. */
const results = new Map<string, Promise<Satisfiability>>()

export function solve(smt: string): Promise<Satisfiability> {
  const result = results.get(smt) ?? solveOnce(smt)
  results.set(smt, result)
  return result
}

/**
 * With two strategies, of which each decides questions that the other does not: the second one
 * tries short texts first.
 */
async function solveOnce(smt: string): Promise<Satisfiability> {
  const first = await run(smt, [])
  return first === 'unknown' ? run(smt, ['--strings-fmf']) : first
}

async function run(smt: string, strategy: readonly string[]): Promise<Satisfiability> {
  const options = ['--lang', 'smt2', '--strings-exp', `--rlimit=${MAX_STEPS}`, ...strategy, '-']
  const child = spawn(CVC5, options, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {})
  child.stdin.end(smt)
  const [output, problems] = await Promise.all([text(child.stdout), text(child.stderr)])
  const result = output.trim()
  if (result === 'sat' || result === 'unsat' || result === 'unknown') return result
  throw new Error(`cvc5 refused the question: ${output}${problems}\n${smt}`)
}
