/** `token-broker audit session`: which policy denied a session what, and what to change. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deniedListing, deniedMessage, deniedObject, issuanceEvent } from './cloudtrail-events.ts'
import { type RecordedSession, recordSession } from './recorded-session.ts'

let recorded: RecordedSession

beforeAll(async () => {
  recorded = await recordSession()
})

const objectArn = (key: string) => `arn:aws:s3:::acme/${key}`
const noPolicy = (type: string, action: string) => `because no ${type} allows the ${action} action`
const stated = (action: string, resource: string, reason: string) =>
  deniedMessage(recorded.owner, action, resource, reason)

describe('explains a denial', () => {
  const deniedOf = async (event: object, ...args: readonly string[]) =>
    (
      await recorded.fieldsOf(
        '--cloudtrail',
        recorded.trail(event),
        '--tenants',
        recorded.tenants,
        ...args,
      )
    ).denials[0]
  const rolePolicy = (...statements: readonly object[]) =>
    recorded.write(`${crypto.randomUUID()}.json`, JSON.stringify({ Statement: statements }))
  const everything = () => rolePolicy({ Effect: 'Allow', Action: '*', Resource: '*' })

  it('by the session policy, with the smallest change, as AWS does', async () => {
    const resource = objectArn('bob/report.pdf')
    const message = stated('s3:GetObject', resource, noPolicy('session policy', 's3:GetObject'))
    const denial = await deniedOf(
      deniedObject(recorded.owner, 'GetObject', 'bob/report.pdf', message),
    )
    expect(denial).toMatchObject({
      ...{ action: 's3:GetObject', resource, cause: 'session policy', agreesWithAws: true },
      statedByAws: { type: 'session policy', isExplicit: false },
    })
    expect(denial.layers[0]).toMatchObject({
      ...{ layer: 'session policy', verdict: 'denied' },
      requestChange: ['resource arn:aws:s3:::acme/alice/report.pdf'],
      policyChange:
        `add ${resource} to Resource of statement Read in grants.read.policy[0] of the tenant ` +
        'document acme',
    })
  })

  it('by the session policy where AWS does not say why', async () => {
    const denial = await deniedOf(
      deniedObject(recorded.owner, 'HeadObject', 'bob/report.pdf', 'Access Denied'),
      ...['--role-policy', everything()],
    )
    expect(denial).toMatchObject({
      ...{ action: 's3:GetObject', resource: objectArn('bob/report.pdf') },
      ...{ cause: 'session policy', agreesWithAws: null },
    })
    expect(denial.layers[1]).toMatchObject({ layer: 'role policy', verdict: 'allowed' })
  })

  it('of a listing, with the statement to add', async () => {
    const denial = await deniedOf(deniedListing(recorded.owner, 'alice/'))
    expect(denial).toMatchObject({ action: 's3:ListBucket', resource: 'arn:aws:s3:::acme' })
    expect(denial.layers[0].policyChange).toBe(
      'add the statement {"Effect":"Allow","Action":"s3:ListBucket","Resource":' +
        '"arn:aws:s3:::acme"} in grants.read.policy of the tenant document acme',
    )
  })

  it('by a Deny of the role, and says where it is', async () => {
    const Action = 's3:GetObject'
    const resource = objectArn('alice/report.pdf')
    const reason = 'with an explicit deny in an identity-based policy'
    const file = rolePolicy(
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Sid: 'NoReports', Effect: 'Deny', Action, Resource: 'arn:aws:s3:::acme/*/report.pdf' },
    )
    const message = stated(Action, resource, reason)
    const denial = await deniedOf(
      deniedObject(recorded.owner, 'GetObject', 'alice/report.pdf', message),
      ...['--role-policy', file],
    )
    expect(denial).toMatchObject({ cause: 'role policy', agreesWithAws: true })
    expect(denial.layers[1]).toMatchObject({
      because: 'denied by statement NoReports',
      policyChange: `remove or limit the Deny statement NoReports in ${file}`,
    })
  })

  it('by both policies', async () => {
    const file = rolePolicy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })
    const denial = await deniedOf(
      deniedObject(recorded.owner, 'PutObject', 'alice/new.pdf', 'Access Denied'),
      ...['--role-policy', file],
    )
    expect(denial).toMatchObject({
      ...{ cause: 'several', deniedBy: ['session policy', 'role policy'] },
    })
    expect(denial.layers[1].policyChange).toBe(
      `add s3:PutObject to Action of statement 1 in ${file}`,
    )
  })

  it.each([
    ['where AWS does not say why', 'Access Denied', 'by neither of the policies'],
    [
      'where AWS names another policy',
      noPolicy('resource-based policy', 's3:GetObject'),
      'because of the resource-based policy, by the message of AWS',
    ],
  ])('by neither, %s', async (_, reason, text) => {
    const key = 'alice/report.pdf'
    const message =
      reason === 'Access Denied' ? reason : stated('s3:GetObject', objectArn(key), reason)
    const file = recorded.trail(deniedObject(recorded.owner, 'GetObject', key, message))
    const args = [
      '--cloudtrail',
      file,
      '--tenants',
      recorded.tenants,
      '--role-policy',
      everything(),
    ]
    expect((await recorded.fieldsOf(...args)).denials[0]).toMatchObject({ cause: 'neither' })
    expect((await recorded.session(...args)).stdout).toContain(text)
  })

  it('and says that AWS decided by another policy than the known one', async () => {
    const message = stated(
      ...(['s3:GetObject', objectArn('alice/x')] as const),
      noPolicy('session policy', 's3:GetObject'),
    )
    const file = recorded.trail(deniedObject(recorded.owner, 'GetObject', 'alice/x', message))
    const args = ['--cloudtrail', file, '--tenants', recorded.tenants]
    expect((await recorded.fieldsOf(...args)).denials[0]).toMatchObject({
      ...{ cause: 'not known', agreesWithAws: false },
    })
    expect((await recorded.session(...args)).stdout).toContain('so AWS evaluated another one')
  })

  it('by the message of AWS, where no policy is known', async () => {
    const message = stated(
      ...(['s3:PutObject', objectArn('alice/x')] as const),
      noPolicy('session policy', 's3:PutObject'),
    )
    const file = recorded.trail(deniedObject(recorded.owner, 'PutObject', 'alice/x', message))
    const { stdout } = await recorded.session('--cloudtrail', file)
    expect(stdout).toContain('because of the session policy, by the message of AWS')
  })

  it('by the policy that STS got, where there are no documents', async () => {
    const event = deniedObject(recorded.owner, 'PutObject', 'alice/new.pdf', 'Access Denied')
    const file = recorded.trail(issuanceEvent(recorded.owner, recorded.sentPolicy), event)
    const { policies, denials } = await recorded.fieldsOf('--cloudtrail', file)
    expect(policies[0]).toMatchObject({ known: true, statements: [{ Sid: 'Read' }] })
    expect(denials[0]).toMatchObject({ action: 's3:PutObject', cause: 'session policy' })
    expect((await recorded.session('--cloudtrail', file)).stdout).not.toContain(
      'session-token-canary',
    )
  })

  it('by no policy that STS got and the record does not have', async () => {
    const wider = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
    const event = deniedObject(recorded.owner, 'PutObject', 'alice/new.pdf', 'Access Denied')
    const { policies, denials } = await recorded.fieldsOf(
      ...['--cloudtrail', recorded.trail(issuanceEvent(recorded.owner, wider), event)],
    )
    expect(policies[0].known).toBe(false)
    expect(denials[0].cause).toBe('not known')
  })

  it('by no policy of a document that has changed', async () => {
    const changed = path.join(recorded.folder, 'changed')
    mkdirSync(changed)
    const text = readFileSync(path.join(recorded.tenants, 'acme.yaml'), 'utf8')
    writeFileSync(path.join(changed, 'acme.yaml'), text.replace('s3:GetObject', 's3:GetObject*'))
    const { policies } = await recorded.fieldsOf('--tenants', changed)
    expect(policies[0]).toMatchObject({
      ...{ known: false, origin: 'the document of acme has changed since the request' },
    })
  })

  it.each([
    ['is not a policy', '{"Role":1}', 'expected a policy document'],
    ['is not JSON', '{', 'expected a policy document'],
    ['has a member of its own', '{"Statement":{"Effect":"Maybe"}}', 'Statement'],
  ])('refuses a role policy that %s', async (_, text, message) => {
    const file = recorded.write(`${crypto.randomUUID()}.json`, text)
    const { code, stderr } = await recorded.session('--role-policy', file)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`--role-policy: ${file}`)])
    expect(stderr).toContain(message)
  })
})
