/** Adds CloudWatch metrics to audit records, in Embedded Metric Format: one line per request. */
import type { AuditLog, AuditRecord, RefusalCode } from '@token-broker/core'

export interface MetricsOptions {
  /** CloudWatch namespace of the metrics. */
  readonly namespace: string
  /** Number of fetches of issuers' keys since the start. */
  readonly countKeyFetches: () => number
}

type Unit = 'Count' | 'Milliseconds' | 'Percent' | 'Bytes'
type Metric = readonly [name: string, value: number, unit: Unit]

/**
 * Faults of the broker, the operator or an upstream: the codes with a 5xx status at the native
 * endpoint.
 */
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
 * Counts of zero are left out, because each metric costs log bytes. Records of explanations have no
 * metrics.
 * @see CloudWatch user guide, "Specification: Embedded metric format"
 */
export function withMetrics(
  audit: AuditLog,
  { namespace, countKeyFetches }: MetricsOptions,
): AuditLog {
  let countedKeyFetches = 0
  return {
    async write(record, signal) {
      if (record.endpoint === 'explain') return audit.write(record, signal)
      const keyFetches = countKeyFetches() - countedKeyFetches
      countedKeyFetches += keyFetches
      await audit.write(embedMetrics(record, metricsOf(record, keyFetches), namespace), signal)
    },
  }
}

function metricsOf(record: AuditRecord, keyFetches: number): readonly Metric[] {
  const { outcome, code, limit, sessionTokenUtilization, sessionTokenSize, durationsMs } = record
  const failed = code !== undefined
  const fault = outcome === 'error' || FAULTS.has(code)
  const { obtain, assume } = durationsMs
  const count = (name: string, value: number | boolean): Metric[] =>
    value ? [[name, Number(value), 'Count']] : []
  return [
    ...count('Issued', outcome === 'issued'),
    ...count('Reused', record.reusedFrom !== undefined),
    ...count('Refused', failed),
    ...count('Errors', fault),
    // The last stage that started is the one that failed. `invalid_request` there means that STS
    // does not accept the caller's own policy.
    ...count('StsErrors', failed && code !== 'invalid_request' && assume !== undefined),
    // A refusal to release a token also ends in this stage, but is not a signing error.
    ...count(
      'SigningErrors',
      (fault || code === 'throttled') && obtain !== undefined && assume === undefined,
    ),
    ...count('Throttled', code === 'throttled' && limit === undefined),
    ...count('LimitReached', limit !== undefined),
    ...count('KeyFetches', keyFetches),
    ...count('NewGuests', record.newGuest === true),
    ...count('IdentityConflicts', record.identityConflict === true),
    ...count('CandidateDifferences', differs(record.candidate)),
    ...measured('SessionTokenUtilization', sessionTokenUtilization, 'Percent'),
    ...measured('SessionTokenSize', sessionTokenSize, 'Bytes'),
    ['Latency', sumMs(durationsMs), 'Milliseconds'],
    ...STAGES.flatMap(([stage, name]) => measured(name, durationsMs[stage], 'Milliseconds')),
  ]
}

/** Whether promoting the candidate document would have changed something for the caller. */
function differs(candidate: AuditRecord['candidate']): boolean {
  return candidate !== undefined && !['same', 'undecided'].includes(candidate.result)
}

function measured(name: string, value: number | undefined, unit: Unit): readonly Metric[] {
  return value === undefined ? [] : [[name, value, unit]]
}

/** `Refused` is counted without a dimension and by code. */
function embedMetrics(record: AuditRecord, metrics: readonly Metric[], Namespace: string) {
  const { code, time } = record
  const define = ([Name, , Unit]: Metric) => ({ Name, Unit })
  const total = { Namespace, Dimensions: [[]], Metrics: metrics.map(define) }
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
      CloudWatchMetrics: code === undefined ? [total] : [total, byCode],
    },
  }
}

function sumMs(durationsMs: AuditRecord['durationsMs']): number {
  const sum = Object.values(durationsMs).reduce((total, ms) => total + ms, 0)
  return Math.round(sum * 100) / 100
}
