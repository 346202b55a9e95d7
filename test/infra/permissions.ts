/** Tests of a stage's permissions: all statements are listed, so that a new or wider one fails. */
import { expect, it } from 'vitest'
import {
  inlineStatements,
  record,
  resourceNamed,
  resourcesOf,
  showStatement,
  statementsOf,
} from './read-stage.ts'
import type { SynthesizedStage } from './synthesize.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/id-of-SigningKey'
const POOL_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/id-of-PoolKey'
const ROOT = 'arn:aws:iam::111122223333:root'
const SIGN_CONDITION =
  'StringEquals kms:SigningAlgorithm = RSASSA_PKCS1_V1_5_SHA_256 ' +
  'and StringEquals kms:MessageType = DIGEST'
/** Of the broker's writes: an item of a tenant, or a request without a key, does not match. */
const IDENTITIES_CONDITION =
  'ForAllValues:StringLike dynamodb:LeadingKeys = identity#* and ' +
  'Null dynamodb:LeadingKeys = false'

/** The types of resources that can grant permissions; no other may appear. */
const WITH_POLICIES = [
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider',
  'aws:iam/role:Role',
  'aws:lambda/permission:Permission',
  'aws:sns/topicPolicy:TopicPolicy',
]

export function testPermissions(
  get: () => SynthesizedStage,
  {
    keys,
    secrets,
    identifies,
    pools,
  }: {
    readonly keys: readonly number[]
    readonly secrets: string
    readonly identifies: boolean
    readonly pools: object | undefined
  },
): void {
  const name = () => `token-broker-${get().stage}`
  const LOG_GROUP = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda'
  const logs = (which: string) =>
    `Allow logs:CreateLogStream, logs:PutLogEvents on ${LOG_GROUP}/${name()}-${which}:*`
  const of = (role: string) => inlineStatements(resourceNamed(get(), role))

  it('has no resource that grants permissions other than those below', () => {
    const types = new Set(get().resources.map(({ type }) => type))
    expect([...types].filter((type) => /:iam\/|polic|permission/i.test(type)).sort()).toEqual(
      WITH_POLICIES,
    )
    expect(resourcesOf(get(), 'aws:iam/role:Role').map(({ inputs }) => inputs.name)).toEqual([
      `${name()}-broker`,
      `${name()}-issuer`,
      'beta-app',
      'acme-app',
      'acme-uploads',
    ])
  })

  it('lets the broker sign with one key, and use the tables and the secrets of the stage', () => {
    const table = `arn:aws:dynamodb:eu-west-1:111122223333:table/${name()}-TenantsTable-*`
    const sessions = `arn:aws:dynamodb:eu-west-1:111122223333:table/${name()}-SessionsTable-*`
    const remembers = identifies ? [`Allow dynamodb:GetItem, dynamodb:PutItem on ${sessions}`] : []
    expect(of('BrokerRole')).toEqual([
      `Allow kms:Sign on ${KEY}1 if ${SIGN_CONDITION}`,
      `Allow dynamodb:GetItem, dynamodb:Query on ${table}`,
      ...remembers,
      ...(pools
        ? [
            `Allow dynamodb:PutItem on ${table} if ${IDENTITIES_CONDITION}`,
            `Allow kms:Decrypt on ${POOL_KEY}`,
          ]
        : []),
      `Allow ${secrets}`,
      logs('broker'),
    ])
  })

  it('lets the issuer read the public keys', () => {
    expect(of('IssuerRole')).toEqual([
      `Allow kms:GetPublicKey on ${keys.map((id) => `${KEY}${id}`).join(', ')}`,
      logs('issuer'),
    ])
  })

  it('lets only Lambda assume the functions’ roles, which have no managed policy', () => {
    for (const role of ['BrokerRole', 'IssuerRole']) {
      const { inputs } = resourceNamed(get(), role)
      expect(statementsOf(inputs.assumeRolePolicy).map(showStatement)).toEqual([
        'Allow sts:AssumeRole by Service lambda.amazonaws.com',
      ])
      expect(inputs.managedPolicyArns).toEqual([])
    }
  })

  it('lets only the APIs of this stage call the functions', () => {
    const permissions = resourcesOf(get(), 'aws:lambda/permission:Permission').map(
      ({ inputs }) => inputs,
    )
    for (const { action, principal } of permissions)
      expect({ action, principal }).toEqual({
        action: 'lambda:InvokeFunction',
        principal: 'apigateway.amazonaws.com',
      })
    const apis = ['api1234567', ...(pools ? ['rest123456'] : [])]
    expect(new Set(permissions.map(({ sourceArn }) => sourceArn))).toEqual(
      new Set(apis.map((id) => `arn:aws:execute-api:eu-west-1:111122223333:${id}/*`)),
    )
  })

  it('lets the account administer the keys, and only the broker sign with them', () => {
    const policies = resourcesOf(get(), 'aws:kms/key:Key')
      .filter(({ name: key }) => key.startsWith('SigningKey'))
      .map(({ inputs }) => statementsOf(inputs.policy))
    expect(policies).toHaveLength(keys.length)
    for (const [administration = {}, ...others] of policies) {
      expect(record(administration.Principal)).toEqual({ AWS: ROOT })
      const actions = JSON.stringify(administration.Action)
      expect(actions).not.toMatch(
        /\*|Sign|Verify|CreateGrant|GetPublicKey|Encrypt|Decrypt|GenerateMac/,
      )
      const role = (which: string) =>
        `aws:PrincipalArn = arn:aws:iam::111122223333:role/${name()}-${which}`
      expect(others.map(showStatement)).toEqual([
        `Allow kms:Sign on * by AWS ${ROOT} if ArnEquals ${role('broker')} and ${SIGN_CONDITION}`,
        `Allow kms:GetPublicKey on * by AWS ${ROOT} if ArnEquals ${role('issuer')}`,
      ])
    }
  })

  it('lets operators encrypt key pairs of backends, and only the broker decrypt them', () => {
    const found = resourcesOf(get(), 'aws:kms/key:Key').filter(({ name: key }) => key === 'PoolKey')
    expect(found).toHaveLength(pools ? 1 : 0)
    for (const { inputs } of found) {
      const [administration = {}, ...others] = statementsOf(inputs.policy)
      expect(JSON.stringify(administration.Action)).not.toMatch(/\*|Encrypt|Decrypt|CreateGrant/)
      const broker = `arn:aws:iam::111122223333:role/${name()}-broker`
      expect(others.map(showStatement)).toEqual([
        `Allow kms:Encrypt on * by AWS ${ROOT}`,
        `Allow kms:Decrypt on * by AWS ${ROOT} if ArnEquals aws:PrincipalArn = ${broker}`,
      ])
    }
  })

  it('lets only alarms of this account publish to the topic of alarms', () => {
    const topic = `arn:aws:sns:eu-west-1:111122223333:${name()}-alarms`
    const { policy } = resourceNamed(get(), 'AlarmsPolicy').inputs
    expect(statementsOf(policy).map(showStatement)).toEqual([
      `Allow sns:Publish on ${topic} by Service cloudwatch.amazonaws.com ` +
        'if StringEquals aws:SourceAccount = 111122223333',
    ])
  })
}
