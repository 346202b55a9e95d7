/** Alarms, the topic that they are sent to, and a dashboard. */
import { type AlarmSettings, createAlarm, FIVE_MINUTES, graph, metricsNamespace } from './alarm.ts'
import type { Api } from './api.ts'
import { functionName } from './functions.ts'
import { poolAlarms, poolGraphs } from './pool-alarms.ts'
import type { PoolApi } from './pool-api.ts'
import type { StageSettings } from './stage-settings.ts'

const LATENCIES = ['Latency', 'VerifyLatency', 'ResolveLatency', 'ObtainLatency', 'AssumeLatency']

/** @param poolApi undefined where the stage has no identity pools */
export function createObservability(
  settings: StageSettings,
  api: Api,
  poolApi: PoolApi | undefined,
): void {
  const topic = createTopic(settings)
  const all = { ...alarms(api), ...poolAlarms(settings, poolApi) }
  for (const [name, alarm] of Object.entries(all)) createAlarm(name, alarm, topic.arn)
  new aws.cloudwatch.Dashboard('Dashboard', {
    dashboardName: `${$app.name}-${$app.stage}`,
    dashboardBody: $jsonStringify({ widgets: widgets(settings, api, poolApi) }),
  })
}

/** Only alarms of this account can publish to the topic. */
function createTopic(settings: StageSettings) {
  const topic = new aws.sns.Topic('Alarms', { name: `${$app.name}-${$app.stage}-alarms` })
  new aws.sns.TopicPolicy('AlarmsPolicy', {
    arn: topic.arn,
    policy: topic.arn.apply((arn) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: arn,
            Condition: { StringEquals: { 'aws:SourceAccount': settings.account } },
          },
        ],
      }),
    ),
  })
  new aws.sns.TopicSubscription('AlarmsByEmail', {
    topic: topic.arn,
    protocol: 'email',
    endpoint: settings.alarmEmail,
  })
  return topic
}

function alarms(api: Api): Readonly<Record<string, AlarmSettings>> {
  const own = (name: string, statistic: 'Sum' | 'Maximum' = 'Sum') => ({
    namespace: metricsNamespace(),
    name,
    statistic,
  })
  return {
    ServerErrors: {
      description:
        'The API responds with 5xx. See the access log, then the audit records with outcome error.',
      threshold: 5,
      metric: {
        namespace: 'AWS/ApiGateway',
        name: '5xx',
        statistic: 'Sum',
        dimensions: { ApiId: api.id },
      },
    },
    Errors: {
      description:
        'Requests fail with an error of the broker. See the audit records with outcome error.',
      threshold: 5,
      metric: own('Errors'),
    },
    StsErrors: {
      description: 'STS fails or refuses requests. See code and reason in the audit records.',
      threshold: 5,
      metric: own('StsErrors'),
    },
    SigningErrors: {
      description: 'KMS does not sign, so grants with minted tokens issue no credentials.',
      threshold: 0,
      metric: own('SigningErrors'),
    },
    RefusalsSurge: {
      description:
        'More than half of at least 50 requests are refused, malformed ones not counted: an IdP ' +
        'has changed, a tenant document is wrong, or a caller is probing the broker.',
      threshold: 50,
      periods: 2,
      metric: {
        // Anyone can send malformed requests, and they say nothing about the broker.
        expression:
          'IF(refused - FILL(malformed, 0) + FILL(issued, 0) >= 50, ' +
          '100 * (refused - FILL(malformed, 0)) / ' +
          '(refused - FILL(malformed, 0) + FILL(issued, 0)), 0)',
        of: {
          refused: { name: 'Refused' },
          malformed: { name: 'Refused', code: 'invalid_request' },
          issued: { name: 'Issued' },
        },
      },
    },
    SessionTokenUtilization: {
      description:
        'A session policy with its tags needs over 80% of the largest session token that STS ' +
        'issues. STS refuses sessions over 100%.',
      threshold: 80,
      metric: own('SessionTokenUtilization', 'Maximum'),
    },
    Throttled: {
      description: 'STS or KMS throttles the broker, so callers get 429.',
      threshold: 0,
      periods: 2,
      metric: own('Throttled'),
    },
    ...Object.fromEntries(
      (['broker', 'issuer'] as const).map((which) => [
        which === 'broker' ? 'BrokerThrottles' : 'IssuerThrottles',
        {
          description:
            `Lambda throttles the function ${which}: raise its reserved concurrency or the ` +
            "account's limit.",
          threshold: 0,
          metric: {
            namespace: 'AWS/Lambda',
            name: 'Throttles',
            statistic: 'Sum' as const,
            dimensions: { FunctionName: functionName(which) },
          },
        },
      ]),
    ),
  }
}

function widgets(settings: StageSettings, api: Api, poolApi: PoolApi | undefined) {
  const own = metricsNamespace()
  const lambda = (metric: string) =>
    (['broker', 'issuer'] as const).map((which) => [
      'AWS/Lambda',
      metric,
      'FunctionName',
      functionName(which),
    ])
  return [
    graph('Issued, refused, errors', 'Sum', [
      [own, 'Issued'],
      [own, 'Refused'],
      [own, 'Errors'],
    ]),
    graph('Refused by code', 'Sum', [
      [{ expression: `SEARCH('{"${own}",Code} MetricName="Refused"', 'Sum', 300)` }],
    ]),
    graph(
      'Latency by stage of the pipeline, p99 (ms)',
      'p99',
      LATENCIES.map((name) => [own, name]),
    ),
    graph('STS, signing and throttling', 'Sum', [
      [own, 'StsErrors'],
      [own, 'SigningErrors'],
      [own, 'Throttled'],
    ]),
    graph('Reused sessions, limits, candidate documents', 'Sum', [
      [own, 'Reused'],
      [own, 'LimitReached'],
      [own, 'CandidateDifferences'],
    ]),
    graph('Session token utilization (%)', 'Maximum', [[own, 'SessionTokenUtilization']]),
    graph('Key fetches', 'Sum', [[own, 'KeyFetches']]),
    graph(
      'API',
      'Sum',
      ['Count', '4xx', '5xx'].map((name) => ['AWS/ApiGateway', name, 'ApiId', api.id]),
    ),
    graph('Concurrency', 'Maximum', lambda('ConcurrentExecutions')),
    graph('Lambda errors and throttles', 'Sum', [...lambda('Errors'), ...lambda('Throttles')]),
    ...poolGraphs(poolApi),
  ].map((properties, index) => ({
    type: 'metric',
    x: (index % 3) * 8,
    y: Math.floor(index / 3) * 6,
    width: 8,
    height: 6,
    properties: {
      ...properties,
      region: settings.region,
      period: FIVE_MINUTES,
      view: 'timeSeries',
    },
  }))
}
