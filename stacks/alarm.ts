/** Creates an alarm of a metric, or of a formula over several. */

export const FIVE_MINUTES = 300

export function metricsNamespace(): string {
  return `TokenBroker/${$app.stage}`
}

export interface AlarmSettings {
  readonly description: string
  readonly threshold: number
  /** Consecutive periods of five minutes. Default: 1. */
  readonly periods?: number
  readonly metric:
    | Metric
    | {
        readonly expression: string
        readonly of: Readonly<Record<string, { readonly name: string; readonly code?: string }>>
      }
}

interface Metric {
  readonly namespace: string
  readonly name: string
  readonly statistic: 'Sum' | 'Maximum'
  readonly dimensions?: Readonly<Record<string, $util.Input<string>>>
}

export function createAlarm(
  name: string,
  { description, threshold, periods = 1, metric }: AlarmSettings,
  topic: $util.Input<string>,
) {
  new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    name: `${$app.name}-${$app.stage}-${name}`,
    alarmDescription: description,
    comparisonOperator: 'GreaterThanThreshold',
    threshold,
    evaluationPeriods: periods,
    // A period without requests is normal.
    treatMissingData: 'notBreaching',
    alarmActions: [topic],
    okActions: [topic],
    ...('expression' in metric
      ? {
          metricQueries: [
            { id: 'percent', expression: metric.expression, label: name, returnData: true },
            ...Object.entries(metric.of).map(([id, { name: metricName, code }]) => ({
              id,
              metric: {
                namespace: metricsNamespace(),
                metricName,
                stat: 'Sum',
                period: FIVE_MINUTES,
                ...(code === undefined ? {} : { dimensions: { Code: code } }),
              },
            })),
          ],
        }
      : {
          namespace: metric.namespace,
          metricName: metric.name,
          statistic: metric.statistic,
          period: FIVE_MINUTES,
          ...(metric.dimensions ? { dimensions: { ...metric.dimensions } } : {}),
        }),
  })
}

/** A widget of the dashboard, without its place. */
export function graph(title: string, stat: string, metrics: readonly (readonly unknown[])[]) {
  return { title, stat, metrics }
}
