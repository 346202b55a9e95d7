/** Alarms and graphs of identity pools, only for stages that have them. */
import { type AlarmSettings, graph } from './alarm.ts'
import type { PoolApi } from './pool-api.ts'

export function poolAlarms(api: PoolApi | undefined): Readonly<Record<string, AlarmSettings>> {
  if (api === undefined) return {}
  return {
    PoolServerErrors: {
      description:
        'The API of identity pools responds with 5xx. See the audit records with outcome error, ' +
        'and the metrics of the function broker.',
      threshold: 5,
      metric: {
        namespace: 'AWS/ApiGateway',
        name: '5XXError',
        statistic: 'Sum',
        dimensions: { ApiName: api.name },
      },
    },
  }
}

export function poolGraphs(api: PoolApi | undefined) {
  if (api === undefined) return []
  return [
    graph(
      'API of identity pools',
      'Sum',
      ['Count', '4XXError', '5XXError'].map((name) => [
        'AWS/ApiGateway',
        name,
        'ApiName',
        api.name,
      ]),
    ),
  ]
}
