/** The responses of AWS to a deployment: data sources, and attributes of new resources. */

const ACCOUNT = '111122223333'

type Values = Readonly<Record<string, unknown>>

/** @throws {Error} for a data source that is not implemented here */
export function readDataSource(token: string, inputs: Values, region: string): Values {
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return {
        accountId: ACCOUNT,
        id: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:user/test`,
        userId: 'AIDATEST',
      }
    case 'aws:index/getRegion:getRegion':
      return { region, id: region, name: region }
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', id: 'aws', dnsSuffix: 'amazonaws.com' }
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, id: 'document', json: JSON.stringify(policyDocument(inputs.statements)) }
    case 'aws:secretsmanager/getRandomPassword:getRandomPassword':
      return { ...inputs, id: region, randomPassword: 'generated-secret'.repeat(4) }
    default:
      throw new Error(`The data source ${token} is not implemented in mock-cloud.ts.`)
  }
}

/** Like the provider, renders a single value without a list. */
function policyDocument(statements: unknown) {
  const one = (values: unknown) =>
    Array.isArray(values) && values.length === 1 ? values[0] : values
  return {
    Version: '2012-10-17',
    Statement: records(statements).map(({ effect = 'Allow', actions, resources, conditions }) => ({
      Effect: effect,
      Action: one(actions),
      Resource: one(resources),
      ...(conditions === undefined ? {} : { Condition: conditionBlock(records(conditions), one) }),
    })),
  }
}

function conditionBlock(conditions: readonly Values[], one: (values: unknown) => unknown) {
  const block: Record<string, Record<string, unknown>> = {}
  for (const { test, variable, values } of conditions) {
    const ofOperator = block[String(test)] ?? {}
    ofOperator[String(variable)] = one(values)
    block[String(test)] = ofOperator
  }
  return block
}

/** Attributes that AWS generates, for the types that other resources refer to. */
export function attributesOf(type: string, name: string, inputs: Values, region: string): Values {
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`
  switch (type) {
    case 'aws:kms/key:Key':
      return { keyId: `id-of-${name}`, arn: arn('kms', `key/id-of-${name}`) }
    case 'aws:dynamodb/table:Table':
      return { arn: arn('dynamodb', `table/${inputs.name}`) }
    case 'aws:sns/topic:Topic':
      return { arn: arn('sns', String(inputs.name)) }
    case 'aws:cloudwatch/logGroup:LogGroup':
      return { arn: arn('logs', `log-group:${inputs.name}`) }
    case 'aws:apigatewayv2/api:Api':
      return {
        apiEndpoint: `https://api1234567.execute-api.${region}.amazonaws.com`,
        executionArn: arn('execute-api', 'api1234567'),
      }
    case 'aws:apigateway/restApi:RestApi':
      return { executionArn: arn('execute-api', 'rest123456') }
    case 'aws:apigateway/stage:Stage':
      return {
        invokeUrl: `https://rest123456.execute-api.${region}.amazonaws.com/${inputs.stageName}`,
      }
    case 'aws:apigatewayv2/domainName:DomainName':
      return {
        domainNameConfiguration: {
          ...(typeof inputs.domainNameConfiguration === 'object'
            ? inputs.domainNameConfiguration
            : {}),
          targetDomainName: 'd-1.execute-api.test',
          hostedZoneId: 'ZAPI',
        },
      }
    case 'aws:lambda/function:Function':
      return { arn: arn('lambda', `function:${inputs.name}`), version: '1', lastModified: '0' }
    case 'aws:acm/certificate:Certificate':
      return {
        arn: arn('acm', 'certificate/1'),
        domainValidationOptions: [validation(String(inputs.domainName))],
      }
    case 'random:index/randomBytes:RandomBytes':
      return { base64: Buffer.alloc(32, 7).toString('base64') }
    case 'pulumi-nodejs:dynamic:Resource':
      return { zoneId: 'Z000TEST' }
    default:
      return { arn: `arn:aws:mock:::${type}/${name}` }
  }
}

function validation(domainName: string) {
  return {
    domainName,
    resourceRecordName: `_1.${domainName}`,
    resourceRecordType: 'CNAME',
    resourceRecordValue: '_2.acm-validations.aws',
  }
}

function records(value: unknown): readonly Values[] {
  if (!Array.isArray(value)) return []
  return value.filter((one) => typeof one === 'object' && one !== null)
}
