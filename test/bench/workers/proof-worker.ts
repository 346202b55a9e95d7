/** Measures the proof of one document in a process of its own, and sends the figures back. */
import { compileDocument } from '../../../packages/core/src/document/compile-document.ts'
import { proveDocument } from '../../../packages/core/src/document/isolation/prove-document.ts'
import {
  DEFAULT_PATTERN,
  readPattern,
} from '../../../packages/core/src/document/pattern/read-pattern.ts'
import { readDocument } from '../../../packages/core/src/document/read-document.ts'
import { isObject } from '../../../packages/core/src/model/strict-json.ts'
import { proofDocuments } from '../workloads/proof-documents.ts'

export interface ProofFigures {
  readonly kilobytes: number
  /** `proved`, or the first verdict with which the document is refused. */
  readonly result: string
  /** CPU time of the first compilation of the document without reading it, the proof included. */
  readonly firstMs: number
  /** Median of the CPU times of the proof alone, later. */
  readonly proofMs: number
  /** How much the first compilation raises the maximum resident set size of the process. */
  readonly memoryMb: number
}

const RUNS = 5

process.once('message', (name) => {
  process.send?.(measure(String(name)))
  process.disconnect()
})

function measure(name: string): ProofFigures {
  const text = proofDocuments()[name] ?? ''
  const { value, problems } = readDocument(text)
  if (!isObject(value) || !isObject(value.attributes))
    throw new Error(`${name} cannot be read: ${JSON.stringify(problems)}`)
  const memory = process.resourceUsage().maxRSS
  const first = cpuMs()
  const compiled = compileDocument(value, undefined, () => {})
  const firstMs = cpuMs() - first
  const memoryMb = (process.resourceUsage().maxRSS - memory) / 1024
  if (compiled === undefined) throw new Error(`${name} was not compiled`)
  const { tenant, isolation } = compiled
  const patterns = Object.entries(value.attributes).map(
    ([attribute, item]) =>
      [
        attribute,
        readPattern(isObject(item) ? String(item.pattern ?? DEFAULT_PATTERN) : ''),
      ] as const,
  )
  const analyses = new Map(
    patterns.map(([attribute, pattern]) => {
      if ('hint' in pattern) throw new Error(`${name}: ${pattern.message}`)
      return [attribute, pattern]
    }),
  )
  const declarations = { analyses, acrossIssuers: new Set<string>(), sharedStatements: new Map() }
  const times = Array.from({ length: RUNS }, () => {
    const start = cpuMs()
    proveDocument(tenant, declarations)
    return cpuMs() - start
  }).sort((a, b) => a - b)
  const refused = isolation.find(
    ({ verdict }) => verdict !== 'separate' && verdict !== 'same-for-all',
  )
  return {
    kilobytes: text.length / 1024,
    result: refused?.verdict ?? 'proved',
    firstMs,
    proofMs: times[RUNS >> 1] ?? 0,
    memoryMb,
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
