/** The CloudFormation template of the game fits its tenant document, and what runs locally. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PolicyStatement } from '@token-broker/core'
import { compileTenants } from '@token-broker/core/document'
import { explainRequest } from '@token-broker/core/explain-request'
import { trustPolicies } from '@token-broker/core/trust-policy'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseGameConfig } from '../../packages/game/src/data/game-config.ts'
import { GAME_TABLES } from '../../packages/local/src/game/game-tables.ts'

const GAME = path.resolve(import.meta.dirname, '../../packages/game')
const { Resources } = parse(readFileSync(`${GAME}/stage.yaml`, 'utf8'))
const document = readFileSync(`${GAME}/tenant.yaml`, 'utf8')
const [tenant] = compileTenants([{ file: 'tenant.yaml', text: document }]).tenants
const ACCOUNT = 'arn:aws:iam::111122223333'
const OWN = 'eu-central-1:11111111-2222-4333-8444-555566667777'
const OTHER = 'eu-central-1:99999999-2222-4333-8444-555566667777'
const TABLE = 'arn:aws:dynamodb:eu-central-1:111122223333:table'

it('creates the tables that the local DynamoDB has', () => {
  const tables = [Resources.Profiles, Resources.Scores].map(({ Type, Properties }) => {
    expect(Type).toBe('AWS::DynamoDB::Table')
    const { BillingMode, ...table } = Properties
    return table
  })
  expect(tables).toEqual(GAME_TABLES)
})

it('creates the bucket, for the page of the document', () => {
  const { BucketName, CorsConfiguration, PublicAccessBlockConfiguration } =
    Resources.Pictures.Properties
  expect(document).toContain(`arn:aws:s3:::${BucketName}/players/{{identity}}/picture.png`)
  expect(CorsConfiguration.CorsRules[0].AllowedOrigins).toEqual(tenant?.allowedOrigins)
  expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
})

it('creates the role that the document does not, and the boundary of the others', () => {
  const { Boundary, PlayerRole } = Resources
  const grants = Object.values(tenant?.grants ?? {})
  const [own, ...others] = grants.filter((grant) => grant.permissionsBoundaryArn === undefined)
  expect(others).toEqual([])
  expect(own?.roleArn).toBe(`${ACCOUNT}:role/${PlayerRole.Properties.RoleName}`)
  const boundaries = grants.flatMap(({ permissionsBoundaryArn }) => permissionsBoundaryArn ?? [])
  const boundary = `${ACCOUNT}:policy/${Boundary.Properties.ManagedPolicyName}`
  expect(new Set(boundaries)).toEqual(new Set([boundary]))
})

it('trusts the broker for the users of the game alone', () => {
  const { AssumeRolePolicyDocument, RoleName } = Resources.PlayerRole.Properties
  const policies = trustPolicies(tenant ? [tenant] : [], 'https://broker.lantern.example')
  expect(AssumeRolePolicyDocument).toEqual(policies[`${ACCOUNT}:role/${RoleName}`])
})

describe('the role of users, without a session policy', () => {
  const statements = Resources.PlayerRole.Properties.Policies[0].PolicyDocument.Statement
  const objectOf = (id: string) => `arn:aws:s3:::game-pictures/players/${id}/picture.png`
  const row = (id: string) => ({ 'dynamodb:leadingkeys': [id] })

  it.each([
    ['s3:PutObject', objectOf(OWN), {}, 'allowed'],
    ['s3:PutObject', objectOf(OTHER), {}, 'denied'],
    ['s3:DeleteObject', objectOf(OTHER), {}, 'denied'],
    ['s3:GetObject', objectOf(OTHER), {}, 'allowed'],
    ['s3:ListBucket', 'arn:aws:s3:::game-pictures', {}, 'denied'],
    ['dynamodb:PutItem', `${TABLE}/game-scores`, row(OWN), 'allowed'],
    ['dynamodb:PutItem', `${TABLE}/game-scores`, row(OTHER), 'denied'],
    ['dynamodb:PutItem', `${TABLE}/game-profiles`, row(OTHER), 'denied'],
    ['dynamodb:PutItem', `${TABLE}/game-profiles`, { 'dynamodb:leadingkeys': [] }, 'denied'],
    ['dynamodb:Query', `${TABLE}/game-scores`, row(OTHER), 'allowed'],
    ['dynamodb:Query', `${TABLE}/game-scores/index/by-score`, row('all'), 'denied'],
    ['dynamodb:Scan', `${TABLE}/game-scores`, { 'dynamodb:leadingkeys': [] }, 'denied'],
    ['dynamodb:DeleteItem', `${TABLE}/game-scores`, row(OWN), 'denied'],
  ])('%s of %s with %j is %s', (action, resource, context, verdict) => {
    expect(decide(statements, action, resource, { ...context, [TAG]: [OWN] })).toBe(verdict)
    expect(decide(statements, action, resource, { ...context, [TAG]: [] })).toBe('denied')
  })
})

it('has a boundary that contains what each created role allows', () => {
  const boundary = Resources.Boundary.Properties.PolicyDocument.Statement
  for (const [action, resource] of [
    ['s3:DeleteObject', `arn:aws:s3:::game-pictures/players/${OWN}/picture.png`],
    ['dynamodb:PutItem', `${TABLE}/game-profiles`],
    ['dynamodb:PutItem', `${TABLE}/game-scores`],
    ['dynamodb:Query', `${TABLE}/game-scores/index/by-score`],
  ] as const)
    expect(decide(boundary, action, resource, {})).toBe('allowed')
  expect(decide(boundary, 'dynamodb:DeleteTable', `${TABLE}/game-scores`, {})).toBe('denied')
})

it('has a page whose documented settings the page accepts, for the pools of the document', () => {
  const readme = readFileSync(`${GAME}/README.md`, 'utf8')
  const settings = JSON.parse(/```json\n(.*?)```/s.exec(readme)?.[1] ?? '')
  const config = parseGameConfig(settings)
  expect(config).toEqual(settings)
  expect([config.pool.id, config.board.id]).toEqual(tenant?.identityPools?.map(({ id }) => id))
  const [, policy = ''] = /(default-src 'none'.*?)```/s.exec(readme) ?? []
  for (const url of [config.pool.endpoint, config.s3.endpoint, config.dynamodb.endpoint])
    expect(policy).toContain(new URL(url).origin)
})

const TAG = 'aws:principaltag/identity'

function decide(
  statements: readonly PolicyStatement[],
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>>,
): string {
  const request = { action, resource, context: new Map(Object.entries(context)) }
  return explainRequest(statements, request).verdict.verdict
}
