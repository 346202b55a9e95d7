/** What a million requests cost at list prices. */
import type { Assumed } from './assumptions.ts'
import type { StageCounts } from './stage-model.ts'

export function costOf(assumed: Assumed, counts: StageCounts): readonly [string, number][] {
  const perRequest = (count: number) => count / counts.requests
  const gigabyteSeconds = (perRequest(counts.busyMs) / 1000) * (assumed.memory / 1024)
  const gigabytesPerMillion = 1e6 / 1e9
  const parts: readonly [string, number][] = [
    ['API Gateway', assumed.gatewayPrice],
    ['Lambda, invocations', assumed.lambdaPrice],
    ['Lambda, GB-seconds', gigabyteSeconds * assumed.memoryPrice],
    ['KMS', perRequest(counts.kmsCalls) * assumed.kmsPrice],
    ['DynamoDB', perRequest(counts.tableReads) * assumed.documentUnits * assumed.tablePrice],
    ['CloudWatch Logs', assumed.logBytes * gigabytesPerMillion * assumed.logPrice],
    ['traffic out', assumed.responseBytes * gigabytesPerMillion * assumed.trafficPrice],
  ]
  const total = parts.reduce((sum, [, dollars]) => sum + dollars, 0)
  return [...parts, ['total', total]]
}
