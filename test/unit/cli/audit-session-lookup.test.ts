/** `token-broker audit session` with CloudTrail, CloudWatch Logs and IAM, by signed requests. */
import type { ServerResponse } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { signatureError } from '../../fixtures/signature-v4.ts'
import { cloudTrailEvent, deniedObject } from './cloudtrail-events.ts'
import { type RecordedSession, recordSession } from './recorded-session.ts'
import { runCli } from './run-cli.ts'

const OPERATOR = {
  ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-canary', sessionToken: 'session' },
  region: 'eu-central-1',
}
const aws = useScriptedServer(() => undefined)
const env = () => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: OPERATOR.region,
  AWS_ACCESS_KEY_ID: OPERATOR.accessKeyId,
  AWS_SECRET_ACCESS_KEY: OPERATOR.secretAccessKey,
  AWS_SESSION_TOKEN: OPERATOR.sessionToken,
})
let recorded: RecordedSession

beforeAll(async () => {
  recorded = await recordSession()
})

const session = (...args: readonly string[]) =>
  runCli(
    ['audit', 'session', recorded.owner.accessKeyId, '--records', recorded.records, ...args],
    '',
    env(),
  )
const bodies = () => aws.received.map(({ body }) => JSON.parse(body))

function respondWith(...pages: readonly object[]): void {
  aws.respond = (response, attempt) =>
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(pages[Math.min(attempt, pages.length) - 1]))
}

const lookedUp = (event: object) => ({
  ...{ EventId: 'x', EventName: 'x', EventTime: 1_769_860_800 },
  CloudTrailEvent: JSON.stringify(event),
})

describe('--cloudtrail-lookup', () => {
  it('asks for the events of the access key, page by page', async () => {
    const denied = deniedObject(recorded.owner, 'PutObject', 'alice/x', 'Access Denied')
    respondWith(
      { Events: [lookedUp(cloudTrailEvent(recorded.owner))], NextToken: 'second' },
      { Events: [lookedUp(denied)] },
    )
    const { code, stdout, stderr } = await session('--cloudtrail-lookup', '--format', 'json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).sessions[0].activity).toMatchObject({ events: 2 })
    for (const request of aws.received) {
      expect(request.headers['x-amz-target']).toBe(
        'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
      )
      const signer = { ...OPERATOR, service: 'cloudtrail' }
      expect(signatureError(request, signer, Date.now())).toBeUndefined()
    }
    const issued = Date.parse(recorded.owner.time) / 1_000
    expect(bodies()).toEqual([
      {
        LookupAttributes: [
          { AttributeKey: 'AccessKeyId', AttributeValue: recorded.owner.accessKeyId },
        ],
        StartTime: Math.floor(issued - 3_600),
        EndTime: Math.ceil(issued + 7_200),
      },
      expect.objectContaining({ NextToken: 'second' }),
    ])
  })

  it('says that a permission is missing', async () => {
    aws.respond = (response) =>
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(
        JSON.stringify({
          __type: 'AccessDeniedException',
          Message: 'not authorized to perform: cloudtrail:LookupEvents',
        }),
      )
    const { code, stderr } = await session('--cloudtrail-lookup')
    expect([code, stderr]).toEqual([1, expect.stringContaining('CloudTrail: ')])
    expect(stderr).toContain('cloudtrail:LookupEvents')
    expect(stderr).not.toContain('secret-canary')
  })
})

it('--cloudtrail-log-group asks for lines with the access key', async () => {
  const message = JSON.stringify(cloudTrailEvent(recorded.owner))
  respondWith({ events: [{ eventId: 'a', timestamp: 1, message }] })
  const { code, stdout } = await session('--cloudtrail-log-group', 'trail', '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout).sessions[0].activity).toMatchObject({ events: 1 })
  expect(bodies()).toEqual([
    expect.objectContaining({
      ...{ logGroupName: 'trail', filterPattern: `"${recorded.owner.accessKeyId}"` },
    }),
  ])
})

describe('--role-policy-lookup', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
  const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary'
  const document = (...statements: readonly object[]) =>
    encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  const reads = document({ Sid: 'Reads', Effect: 'Allow', Action: 's3:Get*', Resource: '*' })
  const writes = document({ Effect: 'Allow', Action: ['s3:*'], Resource: '*' })

  /** What IAM has, by its operations and the ARN or name in the request. */
  const answers = (boundary: string): Readonly<Record<string, string>> => ({
    GetRole:
      `<Role><Arn>${ROLE}</Arn><RoleName>acme-app</RoleName><PermissionsBoundary>` +
      `<PermissionsBoundaryArn>${BOUNDARY}</PermissionsBoundaryArn></PermissionsBoundary></Role>`,
    ListRolePolicies: '<PolicyNames><member>inline</member></PolicyNames>',
    GetRolePolicy: `<PolicyName>inline</PolicyName><PolicyDocument>${reads}</PolicyDocument>`,
    ListAttachedRolePolicies: '<AttachedPolicies></AttachedPolicies>',
    GetPolicy: '<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>',
    GetPolicyVersion:
      `<PolicyVersion><Document>${boundary}</Document><VersionId>v3</VersionId>` +
      '</PolicyVersion>',
  })

  const respondAsIam = (boundary: string) => {
    aws.respond = (response: ServerResponse) => {
      const body = new URLSearchParams(aws.received.at(-1)?.body)
      const action = body.get('Action') ?? ''
      const xml =
        `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">` +
        `<${action}Result>${answers(boundary)[action]}</${action}Result></${action}Response>`
      response.writeHead(200, { 'content-type': 'text/xml' }).end(xml)
    }
  }

  const denialWith = async (boundary: string) => {
    respondAsIam(boundary)
    const event = deniedObject(recorded.owner, 'GetObject', 'alice/x', 'Access Denied')
    const { code, stdout, stderr } = await session(
      ...['--tenants', recorded.tenants, '--cloudtrail', recorded.trail(event)],
      ...['--role-policy-lookup', '--format', 'json'],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout).sessions[0].denials[0]
  }

  it('evaluates the policies of the role and its boundary', async () => {
    const denial = await denialWith(
      document({ Sid: 'OnlyDynamo', Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }),
    )
    expect(denial).toMatchObject({ cause: 'permissions boundary' })
    expect(denial.layers.map((layer: { verdict: string }) => layer.verdict)).toEqual([
      ...['allowed', 'allowed', 'denied'],
    ])
    expect(denial.layers[2].policyChange).toContain(`of statement OnlyDynamo in ${BOUNDARY}`)
  })

  it('finds none of them to be the cause', async () => {
    expect(await denialWith(writes)).toMatchObject({ cause: 'neither', deniedBy: [] })
  })

  it('does not evaluate a policy with a part that is not known', async () => {
    const denial = await denialWith(
      document({ Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }),
    )
    expect(denial.layers[2]).toMatchObject({ verdict: 'not evaluated' })
    expect(denial.cause).toBe('not known')
  })

  it('refuses the credentials of another account', async () => {
    aws.respond = (response) =>
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult>' +
            '<Role><Arn>arn:aws:iam::999999999999:role/acme-app</Arn></Role></GetRoleResult>' +
            '</GetRoleResponse>',
        )
    const { code, stderr } = await session('--role-policy-lookup')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("credentials of the role's account"),
    ])
  })
})
