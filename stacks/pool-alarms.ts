/** Alarms and graphs of identity pools, only for stages that have them. */
import { type AlarmSettings, graph, metricsNamespace } from './alarm.ts'
import type { PoolApi } from './pool-api.ts'
import type { StageSettings } from './stage-settings.ts'

/** In five minutes. A conflict is a bug of an app, or an attempt to take over an identity. */
const CONFLICTS = 20
const SERVER_ERRORS = 5

export function poolAlarms(
  { identityPools }: StageSettings,
  api: PoolApi | undefined,
): Readonly<Record<string, AlarmSettings>> {
  if (identityPools === undefined || api === undefined) return {}
  const own = (name: string) => ({ namespace: metricsNamespace(), name, statistic: 'Sum' }) as const
  return {
    NewGuestsSurge: {
      description:
        'Identity pools get many new guests: a release of an app, or a script. See pool and ' +
        'clientIp in the audit records; guests.enabled: false in the document refuses all guests.',
      threshold: identityPools.newGuestsAlarm,
      metric: own('NewGuests'),
    },
    IdentityConflicts: {
      description:
        'Logins conflict with identities that they do not belong to: an app sends the logins of ' +
        'two users together, or someone tries to take over identities. See the audit records.',
      threshold: CONFLICTS,
      metric: own('IdentityConflicts'),
    },
    PoolServerErrors: {
      description:
        'The API of identity pools responds with 5xx. See the audit records with outcome error, ' +
        'and the metrics of the function broker.',
      threshold: SERVER_ERRORS,
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
  const own = metricsNamespace()
  return [
    graph('Identity pools', 'Sum', [
      [own, 'NewGuests'],
      [own, 'IdentityConflicts'],
    ]),
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
