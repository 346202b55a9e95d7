/** Puts CloudWatch metrics into the audit line itself, in Embedded Metric Format, so that a request still leaves one line. */
import type { AuditLog, AuditRecord, RefusalCode } from '@token-broker/core'

export interface MetricsOptions {
  /** CloudWatch's namespace of the metrics. */
  readonly namespace: string
  /** How many times issuers have been asked for their keys since the start. */
  readonly countKeyFetches: () => number
}

type Unit = 'Count' | 'Milliseconds' | 'Percent'
type Metric = readonly [name: string, value: number, unit: Unit]

/** What is the broker's fault, the operator's or an upstream's, and a 5xx status at the native door. */
const FAULTS: ReadonlySet<RefusalCode | undefined> = new Set([
  ...(['issuer_unavailable', 'sts_rejected', 'policy_too_large'] as const),
  ...(['upstream_unavailable', 'config_invalid', 'internal'] as const),
])

const STAGES = [
  ['verify', 'VerifyLatency'],
  ['resolve', 'ResolveLatency'],
  ['obtain', 'ObtainLatency'],
  ['assume', 'AssumeLatency'],
] as const

/**
 * A metric that has nothing to tell is left out, since each one in the line costs log bytes; an explanation has none.
 * @see CloudWatch user guide, "Specification: Embedded metric format"
 */
export function withMetrics(
  audit: AuditLog,
  { namespace, countKeyFetches }: MetricsOptions,
): AuditLog {
  let countedKeyFetches = 0
  return {
    async write(record) {
      if (record.endpoint === 'explain') return audit.write(record)
      const keyFetches = countKeyFetches() - countedKeyFetches
      countedKeyFetches += keyFetches
      await audit.write(embedMetrics(record, metricsOf(record, keyFetches), namespace))
    },
  }
}

function metricsOf(record: AuditRecord, keyFetches: number): readonly Metric[] {
  const { outcome, code, packedPolicySize, durationsMs } = record
  const failed = code !== undefined
  const fault = outcome === 'error' || FAULTS.has(code)
  const { obtain, assume } = durationsMs
  const count = (name: string, value: number | boolean): Metric[] =>
    value ? [[name, Number(value), 'Count']] : []
  return [
    ...count('Issued', outcome === 'issued'),
    ...count('Refused', failed),
    ...count('Errors', fault),
    // The last stage that began is the one that failed.
    ...count('StsErrors', failed && assume !== undefined),
    // A refusal to release a token also ends in this stage, and is nobody's fault.
    ...count(
      'SigningErrors',
      (fault || code === 'throttled') && obtain !== undefined && assume === undefined,
    ),
    ...count('Throttled', code === 'throttled'),
    ...count('KeyFetches', keyFetches),
    ...(packedPolicySize === undefined
      ? []
      : [['PackedPolicySize', packedPolicySize, 'Percent'] as const]),
    ['Latency', sumMs(durationsMs), 'Milliseconds'],
    ...STAGES.flatMap(([stage, name]): Metric[] => {
      const ms = durationsMs[stage]
      return ms === undefined ? [] : [[name, ms, 'Milliseconds']]
    }),
  ]
}

/** `Refused` is counted twice: in all, and by code. */
function embedMetrics(record: AuditRecord, metrics: readonly Metric[], Namespace: string) {
  const { code, time } = record
  const define = ([Name, , Unit]: Metric) => ({ Name, Unit })
  const all = { Namespace, Dimensions: [[]], Metrics: metrics.map(define) }
  const byCode = {
    Namespace,
    Dimensions: [['Code']],
    Metrics: [{ Name: 'Refused', Unit: 'Count' }],
  }
  return {
    ...record,
    ...(code === undefined ? {} : { Code: code }),
    ...Object.fromEntries(metrics),
    _aws: {
      Timestamp: Date.parse(time),
      CloudWatchMetrics: code === undefined ? [all] : [all, byCode],
    },
  }
}

function sumMs(durationsMs: AuditRecord['durationsMs']): number {
  const sum = Object.values(durationsMs).reduce((total, ms) => total + ms, 0)
  return Math.round(sum * 100) / 100
}
