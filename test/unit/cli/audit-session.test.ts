/** `token-broker audit session`: finds a session by what an operator has of it, and its policy. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { deniedObject } from './cloudtrail-events.ts'
import { type RecordedSession, recordSession } from './recorded-session.ts'
import { runHere } from './run-cli.ts'

let recorded: RecordedSession

beforeAll(async () => {
  recorded = await recordSession()
})

describe('finds the session', () => {
  it.each([
    ['a request', () => recorded.requestIds.issued],
    ['an access key', () => recorded.owner.accessKeyId],
    ['an assumed role', () => recorded.owner.assumedRoleArn],
  ])('of %s', async (_, id) => {
    const { code, stdout } = await runHere([
      'audit',
      'session',
      id(),
      '--records',
      recorded.records,
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('who          alice of http')
    expect(stdout).toContain(`  access key     ${recorded.owner.accessKeyId}\n`)
    expect(stdout).toContain(`  role           ${recorded.owner.assumedRoleArn}\n`)
    expect(stdout).toMatch(/valid +\d{4}-.*Z to \d{4}-.*Z\n/)
    expect(stdout).toContain('session policy not known: name the documents with --tenants')
  })
})

it.each([
  ['no record has the id', ['request-9'], 3, 'no record has this id'],
  ['there are no records', ['request-1'], 1, '--records: expected the file'],
  ['the id may be a secret', ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'], 1, 'may be a secret'],
])('says that %s', async (title, ids, code, message) => {
  const source = title === 'there are no records' ? [] : ['--records', recorded.records]
  const run = await runHere(['audit', 'session', ...ids, ...source])
  expect(run).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
  expect(run.stderr).not.toContain('wJalr')
})

it('shows a request that issued no session', async () => {
  const { code, stdout } = await runHere([
    ...['audit', 'session', recorded.requestIds.refused, '--records', recorded.records],
  ])
  expect(code).toBe(0)
  expect(stdout).toMatch(/refused access_denied[\s\S]*the request issued none\n$/)
})

describe('finds the session policy', () => {
  const documents = (issuer: string) => `
tenant: acme
issuers:
  - { issuer: '${issuer}', audiences: [acme-app] }
attributes:
  user: { from: claims.sub }
  team: { from: 'claims.groups[0]' }
rules:
  - { name: everybody, grant: work }
grants:
  work:
    role: arn:aws:iam::111122223333:role/acme-app
    sessionName: '{{user}}'
    sessionTags: { Team: '{{team}}' }
    policy:
      - { Sid: Own, Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::u/{{user}}/*' }
      - { Sid: Team, Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::t/{{team}}/*' }
`

  it('with the value of a tag, of statements that the caller requested', async () => {
    const one = await recordSession({ documents, fields: { statements: ['Team'] } })
    const event = deniedObject(one.owner, 'PutObject', 'alice/x', 'Access Denied')
    const { policies, denials } = await one.fieldsOf(
      ...['--tenants', one.tenants, '--cloudtrail', one.trail(event)],
    )
    expect(policies[0].statements).toEqual([
      { Sid: 'Team', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::t/admins/*' },
    ])
    expect(denials[0].layers[0].policyChange).toMatch(/ in grants\.work\.policy of the tenant/)
  })

  const ofCaller = {
    Version: '2012-10-17',
    Statement: {
      ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::u/alice/x' },
    },
  }

  it('and not the one of the caller, which the record does not have', async () => {
    const one = await recordSession({ documents, fields: { policy: ofCaller } })
    const { policies } = await one.fieldsOf('--tenants', one.tenants)
    expect(policies[0]).toMatchObject({
      ...{ known: false, origin: expect.stringContaining('no policy of the grant has the') },
    })
  })

  it('also the one of the caller, where the record has the inputs', async () => {
    const withInputs = (issuer: string) => `${documents(issuer)}recordInputs: used-claims\n`
    const one = await recordSession({ documents: withInputs, fields: { policy: ofCaller } })
    const { policies } = await one.fieldsOf('--tenants', one.tenants)
    expect(policies[0]).toMatchObject({
      ...{ known: true, origin: 'rendered from the tenant document acme' },
    })
    expect(policies[0].statements).toEqual(JSON.parse(one.sentPolicy).Statement)
    // By another document, the request would have another policy, which is not that of the session.
    const file = path.join(one.tenants, 'acme.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('arn:aws:s3:::u/', 'arn:aws:s3:::v/'))
    const after = await one.fieldsOf('--tenants', one.tenants)
    expect(after.policies[0]).toMatchObject({ known: false })
  })
})
