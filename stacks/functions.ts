/** The Lambda functions `broker` and `issuer`, with only the permissions that are listed here. */
import { partitionOf } from '@token-broker/core/partition'
import type { SecretAccess } from './secrets.ts'
import { MESSAGE_TYPE, SIGNING_ALGORITHMS, type SigningKeys } from './signing-key.ts'
import type { StageSettings } from './stage-settings.ts'

export interface Functions {
  readonly broker: sst.aws.Function
  readonly issuer: sst.aws.Function
}

/** The name of a function and of its role. Key policies need it before either exists. */
export function functionName(which: 'broker' | 'issuer'): string {
  return `${$app.name}-${$app.stage}-${which}`
}

export function createFunctions(
  settings: StageSettings,
  parts: {
    /** URL of the broker, without a trailing slash. */
    readonly issuer: $util.Input<string>
    readonly keys: SigningKeys
    readonly table: sst.aws.Dynamo
    /** Undefined: GetCallerIdentity is not supported. */
    readonly sessionsTable: sst.aws.Dynamo | undefined
    readonly sessionNameKey: $util.Output<string>
    readonly metricsNamespace: string
    /** ARN of the key of backends' key pairs; undefined: there are none. */
    readonly poolKey: $util.Output<string> | undefined
    /** Undefined: the broker may read no secret. */
    readonly secrets: SecretAccess | undefined
  },
): Functions {
  const { issuer, keys, table, sessionsTable, secrets, poolKey } = parts
  const linking = settings.identityPools?.linking === true
  const broker = createFunction('broker', settings, {
    timeoutSeconds: 10,
    description: 'Every credential endpoint',
    environment: {
      BROKER_ISSUER: issuer,
      BROKER_KMS_SIGNING_KEY: keys.signing.arn,
      BROKER_KMS_SIGNING_ALGORITHM: keys.signing.algorithm,
      BROKER_TENANTS_TABLE: table.name,
      BROKER_SESSION_NAME_KEY: parts.sessionNameKey,
      BROKER_METRICS_NAMESPACE: parts.metricsNamespace,
      BROKER_EXPLAIN: settings.explain ? 'on' : 'off',
      ...(sessionsTable === undefined
        ? {}
        : {
            BROKER_SESSIONS_TABLE: sessionsTable.name,
            BROKER_SESSIONS_REGIONS: settings.callerIdentityRegions.join(','),
          }),
      ...(linking ? { BROKER_IDENTITIES_TABLE: table.name } : {}),
      ...(poolKey === undefined ? {} : { BROKER_POOL_KEYS_KMS_KEY: poolKey }),
      ...(settings.limits ? { BROKER_LIMITS: JSON.stringify(settings.limits) } : {}),
      ...secrets?.environment,
      ...(settings.privateIssuerHosts.length > 0
        ? { BROKER_PRIVATE_ISSUER_HOSTS: settings.privateIssuerHosts.join(',') }
        : {}),
    },
    permissions: [
      {
        actions: ['kms:Sign'],
        resources: [keys.signing.arn],
        conditions: [
          equals('kms:SigningAlgorithm', SIGNING_ALGORITHMS[keys.signing.algorithm]),
          equals('kms:MessageType', MESSAGE_TYPE),
        ],
      },
      { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [table.arn] },
      ...(sessionsTable === undefined
        ? []
        : [{ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [sessionsTable.arn] }]),
      ...(linking ? [mayWriteIdentities(table)] : []),
      ...(poolKey === undefined ? [] : [{ actions: ['kms:Decrypt'], resources: [poolKey] }]),
      ...(secrets ? [secrets.permission] : []),
    ],
  })
  const issuerFunction = createFunction('issuer', settings, {
    timeoutSeconds: 5,
    description: 'Discovery and public keys',
    environment: {
      BROKER_ISSUER: issuer,
      BROKER_KMS_PUBLISHED_KEYS: $resolve([...keys.publishedArns]).apply((arns) => arns.join(',')),
    },
    permissions: [{ actions: ['kms:GetPublicKey'], resources: [...keys.publishedArns] }],
  })
  return { broker, issuer: issuerFunction }
}

/**
 * The broker writes the state of identity pools, and no tenant. `ForAllValues` is true where a
 * request has no leading keys, so they are required.
 */
function mayWriteIdentities(table: sst.aws.Dynamo): sst.aws.FunctionPermissionArgs {
  const variable = 'dynamodb:LeadingKeys'
  return {
    actions: ['dynamodb:PutItem'],
    resources: [table.arn],
    conditions: [
      { test: 'ForAllValues:StringLike', variable, values: ['identity#*'] },
      { test: 'Null', variable, values: ['false'] },
    ],
  }
}

function createFunction(
  which: 'broker' | 'issuer',
  settings: StageSettings,
  own: {
    readonly timeoutSeconds: number
    readonly description: string
    readonly environment: Readonly<Record<string, $util.Input<string>>>
    readonly permissions: readonly sst.aws.FunctionPermissionArgs[]
  },
): sst.aws.Function {
  const name = functionName(which)
  const { region, account } = settings
  const logGroup = `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:/aws/lambda/${name}`
  const reserved = settings.reservedConcurrency?.[which]
  return new sst.aws.Function(which === 'broker' ? 'Broker' : 'Issuer', {
    name,
    description: own.description,
    bundle: `dist/${which}`,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    memory: `${settings.memoryMb} MB`,
    timeout: `${own.timeoutSeconds} seconds`,
    logging: { retention: settings.logRetention, format: 'json' },
    permissions: [
      ...own.permissions,
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logGroup}:*`] },
    ],
    ...(reserved === undefined ? {} : { concurrency: { reserved } }),
    transform: {
      // Also removes SST's own variables, one of which is an encryption key.
      function: { environment: { variables: own.environment } },
      role: {
        name,
        // By default, SST 4.17 lets the whole account assume a function's role.
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
        // SST's managed policy can write to every log group of the account.
        managedPolicyArns: [],
      },
    },
  })
}

function equals(variable: string, value: string) {
  return { test: 'StringEquals', variable, values: [value] }
}
