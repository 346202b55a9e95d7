/** Summarizes a stage on one page, so that a diff shows what a change does to a deployment. */
import {
  inlineStatements,
  list,
  record,
  resourceNamed,
  resourcesOf,
  showStatement,
  statementsOf,
  texts,
  withoutRandom,
} from './read-stage.ts'
import type { Resource, SynthesizedStage } from './synthesize.ts'

export const SUMMARY_STAGES = ['production', 'staging', 'pr-7'] as const

export function summaryFile(stage: string): string {
  return `test/infra/summary/${stage}.md`
}

/** @returns Markdown without random names, so that it only changes with the stage */
export function summarize(stage: SynthesizedStage): string {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      'Outputs',
      bullets(Object.entries(stage.outputs).map(([name, value]) => `${name}: ${texts(value)}`)),
    ],
    [
      'Routes',
      bullets(
        resourcesOf(stage, 'aws:apigatewayv2/route:Route').map((route) => showRoute(stage, route)),
      ),
    ],
    ['API', fields(stage, ['ApiApi', 'ApiStage'])],
    ...poolSections(stage),
    ['Functions', fields(stage, ['BrokerFunction', 'IssuerFunction'])],
    ['Roles', resourcesOf(stage, 'aws:iam/role:Role').flatMap(showRole)],
    [
      'Identity providers',
      bullets(
        resourcesOf(stage, 'aws:iam/openIdConnectProvider:OpenIdConnectProvider').map(showProvider),
      ),
    ],
    ['Keys', resourcesOf(stage, 'aws:kms/key:Key').flatMap(showKey)],
    ['Tables', fields(stage, resourcesOf(stage, 'aws:dynamodb/table:Table').map(nameOf))],
    ['Logs', bullets(resourcesOf(stage, 'aws:cloudwatch/logGroup:LogGroup').map(showLogGroup))],
    [
      'Alarms',
      bullets(resourcesOf(stage, 'aws:cloudwatch/metricAlarm:MetricAlarm').map(showAlarm)),
    ],
    [
      'Every resource',
      bullets(
        stage.resources.map(({ type, name, options }) =>
          [`${type} ${name}`, ...flags(options)].join(', '),
        ),
      ),
    ],
  ]
  const text = sections.map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}\n`).join('\n')
  const head = `# Stage ${stage.stage}`
  const method = 'Written by `npm run stacks:summary`, with the tenants of `test/infra/tenants`.'
  return `${head}\n\n${method}\n\n${withoutRandom(text)}`
}

/** No section where the stage has no identity pools. */
function poolSections(stage: SynthesizedStage): [string, string[]][] {
  if (resourcesOf(stage, 'aws:apigateway/restApi:RestApi').length === 0) return []
  const { body, ...settings } = resourceNamed(stage, 'PoolApi').inputs
  const { paths, 'x-amazon-apigateway-gateway-responses': generated } = record(
    JSON.parse(String(body)),
  )
  const routes = Object.entries(record(paths)).flatMap(([path, methods]) =>
    ['post', 'options'].map((method) => {
      const integration = record(record(record(methods)[method])['x-amazon-apigateway-integration'])
      const { uri } = integration
      const target = uri === undefined ? 'API Gateway' : String(uri).match(/function:([^/]+)/)?.[1]
      return `\`${method.toUpperCase()} ${path}\` → ${target}`
    }),
  )
  const responses = Object.entries(record(generated)).map(([kind, response]) => {
    const { statusCode, responseTemplates } = record(response)
    return `${kind}: ${statusCode} ${record(responseTemplates)['application/json']}`
  })
  const lines = Object.entries(settings).map(([field, value]) => `${field}: ${showValue(value)}`)
  const others = ['PoolApiStage', 'PoolApiThrottling', 'PoolApiMapping'].filter((name) =>
    stage.resources.some((resource) => resource.name === name),
  )
  return [
    ['API of identity pools', [...bullets([...lines, ...routes, ...responses]), '']],
    ['Settings of the API of identity pools', fields(stage, others)],
  ]
}

function nameOf({ name }: Resource): string {
  return name
}

function showRoute(stage: SynthesizedStage, route: Resource): string {
  const integration = resourceNamed(stage, route.name.replace(/Route$/, 'Integration'))
  const target = String(integration.inputs.integrationUri).split(':').at(-1)
  return `\`${route.inputs.routeKey}\` → ${target}`
}

function showRole(role: Resource): string[] {
  const { name, inputs } = role
  const { permissionsBoundary, maxSessionDuration } = inputs
  const managed = list(inputs.managedPolicyArns)
  return [
    `### ${name}: ${inputs.path ?? '/'}${inputs.name}\n`,
    ...bullets([
      ...statementsOf(inputs.assumeRolePolicy).map(
        (statement) => `trust: ${showStatement(statement)}`,
      ),
      ...inlineStatements(role).map((statement) => `may: ${statement}`),
      ...(managed.length === 0 ? [] : [`managed policies: ${texts(managed)}`]),
      ...(permissionsBoundary === undefined
        ? []
        : [`permissions boundary: ${permissionsBoundary}`]),
      ...(maxSessionDuration === undefined ? [] : [`longest session: ${maxSessionDuration} s`]),
    ]),
    '',
  ]
}

function showProvider({ inputs }: Resource): string {
  return `${inputs.url}: ${texts(inputs.clientIdLists)}`
}

function showKey({ name, inputs, options }: Resource): string[] {
  const properties = [
    inputs.customerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
    inputs.isEnabled === false ? 'disabled' : 'enabled',
    ...flags(options),
  ]
  return [
    `### ${name}: ${properties.join(', ')}\n`,
    ...bullets(statementsOf(inputs.policy).map(showStatement)),
    '',
  ]
}

function showLogGroup({ inputs }: Resource): string {
  return `${inputs.name}: ${inputs.retentionInDays} days`
}

function showAlarm({ name, inputs }: Resource): string {
  const query = list(inputs.metricQueries).map(record)[0]
  const metric = query
    ? query.expression
    : `${inputs.statistic} of ${inputs.namespace} ${inputs.metricName}`
  const condition = `${metric} > ${inputs.threshold}, ${inputs.evaluationPeriods} × 5 min`
  return `${name}: ${condition}. ${inputs.alarmDescription}`
}

function flags({ protect, retainOnDelete }: Resource['options']): string[] {
  return [...(protect ? ['protected'] : []), ...(retainOnDelete ? ['retained'] : [])]
}

function fields(stage: SynthesizedStage, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const { inputs } = resourceNamed(stage, name)
    const lines = Object.entries(inputs).map(([field, value]) => `${field}: ${showValue(value)}`)
    return [`### ${name}\n`, ...bullets(lines), '']
  })
}

function showValue(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`)
}
