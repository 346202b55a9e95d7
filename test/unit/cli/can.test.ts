/** `token-broker can`: one request, evaluated by the session policy that the token would get. */
import { describe, expect, it } from 'vitest'
import { runCli, runHere } from './run-cli.ts'
import { createTenantFolder, NOW } from './tenant-folder.ts'

const DATA = 'arn:aws:s3:::acme-data'
const folder = await createTenantFolder({
  sessionTags: { team: 'red' },
  policy: [
    { Sid: 'ReadOwn', Effect: 'Allow', Action: 's3:GetObject', Resource: `${DATA}/{{user}}/*` },
    {
      Sid: 'ReadTeam',
      // Without this, a user with the name teams would share it unseen.
      shared: true,
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectTagging'],
      Resource: `${DATA}/teams/\${aws:PrincipalTag/team}/*`,
    },
    {
      Sid: 'ListOwn',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: DATA,
      Condition: { StringLike: { 's3:prefix': '{{user}}/*' } },
    },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    },
  ],
})
const token = await folder.write(
  'token.jwt',
  await folder.sign({ sub: 'alice', groups: ['staff'] }),
)
const INSIDE = ['--context', 'aws:SourceIp=192.0.2.7']

const can = (...args: string[]) =>
  runHere(['can', '--tenants', folder.directory, '--now', NOW, '--token', token, ...args])
const jsonOf = async (...args: string[]) =>
  JSON.parse((await can(...args, '--format', 'json')).stdout)

describe('a request that the session policy allows', () => {
  it('names the statement, and each part of it', async () => {
    const { code, stdout } = await can('s3:GetObject', `${DATA}/alice/a`, ...INSIDE)
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'allowed by statement ReadOwn',
      '  ✓ action    s3:GetObject',
      `  ✓ resource  ${DATA}/alice/*`,
      '',
    ])
  })

  it('knows the session tags', async () => {
    expect(await jsonOf('s3:getobjecttagging', `${DATA}/teams/red/x`, ...INSIDE)).toMatchObject({
      verdict: 'allowed',
      grant: 'reports',
      statement: { index: 1, sid: 'ReadTeam', decides: true },
    })
  })
})

describe('a request that the session policy denies', () => {
  it('names the part that fails in the closest statement, and the smallest change', async () => {
    const { code, stdout } = await can('s3:GetObject', `${DATA}/bob/a`, ...INSIDE)
    expect(code).toBe(3)
    expect(stdout.split('\n')).toEqual([
      'denied: no statement allows it',
      '  closest: statement ReadOwn',
      '  ✓ action    s3:GetObject',
      `  ✗ resource  ${DATA}/alice/*`,
      '  allowed with',
      `    resource ${DATA}/alice/a`,
      '  or change grants.reports.policy[0].Resource in the tenant document',
      '',
    ])
  })

  it('names the condition key that has another value', async () => {
    expect(
      await jsonOf('s3:ListBucket', DATA, ...INSIDE, '--context', 'S3:Prefix=bob/'),
    ).toMatchObject({
      verdict: 'denied',
      statement: {
        sid: 'ListOwn',
        decides: false,
        parts: [
          { part: 'action', matches: true },
          { part: 'resource', matches: true },
          {
            part: 'condition',
            operator: 'StringLike',
            key: 's3:prefix',
            expected: 'alice/*',
            matches: false,
          },
        ],
      },
      change: { context: { 's3:prefix': ['alice/'] } },
    })
  })

  it('names the Deny that applies', async () => {
    const outside = ['--context', 'aws:SourceIp=198.51.100.1']
    const { code, stdout } = await can('s3:GetObject', `${DATA}/alice/a`, ...outside)
    expect(code).toBe(3)
    expect(stdout).toContain('denied by statement 4')
    expect(stdout).toContain('✓ NotIpAddress aws:SourceIp: 192.0.2.0/24')
    expect(stdout).toContain('--context aws:sourceip=192.0.2.0')
  })
})

describe('a request of which something is not known', () => {
  it('is undecided, with what is missing and a value for each outcome', async () => {
    const { code, stdout } = await can('s3:GetObject', `${DATA}/alice/a`)
    expect(code).toBe(5)
    expect(stdout).toContain('unknown: it depends on the request')
    expect(stdout).toContain('missing: aws:sourceip; add --context KEY=VALUE, or --absent KEY')
    expect(stdout).toContain('denied with\n    --context aws:sourceip=192.0.1.255')
    expect(stdout).toContain('allowed with\n    --context aws:sourceip=192.0.2.0')
  })

  it('is decided by a key that is absent', async () => {
    const { code, stdout } = await can(
      's3:GetObject',
      `${DATA}/alice/a`,
      '--absent',
      'aws:SourceIp',
    )
    expect([code, stdout]).toEqual([3, expect.stringContaining('denied by statement 4')])
  })

  it('is undecided with managed policies, unless a Deny applies', async () => {
    const managed = await createTenantFolder({
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    })
    const file = await managed.write('t', await managed.sign({ sub: 'alice', groups: ['staff'] }))
    const args = ['can', '--tenants', managed.directory, '--now', NOW, '--token', file]
    const { code, stdout } = await runHere([...args, 's3:PutObject', `${DATA}/x`])
    expect([code, stdout]).toEqual([
      5,
      expect.stringContaining('the managed policies arn:aws:iam::aws:policy/ReadOnlyAccess'),
    ])
  })
})

it('says that the broker would refuse the token', async () => {
  const other = await folder.write('other.jwt', await folder.sign({ sub: 'alice', groups: [] }))
  const args = ['s3:GetObject', `${DATA}/alice/a`, '--token', other]
  const { code, stdout } = await can(...args)
  expect([code, stdout]).toEqual([3, expect.stringContaining('would refuse: access_denied')])
  expect(await jsonOf(...args)).toMatchObject({ verdict: 'refused', code: 'access_denied' })
})

it.each([
  [['s3:GetObject'], 'expected RESOURCE'],
  [[], 'expected ACTION'],
  [['s3:Get*', `${DATA}/a`], 'ACTION: expected one action'],
  [['GetObject', `${DATA}/a`], 'ACTION: expected one action'],
  [['s3:GetObject', `${DATA}/*`], 'RESOURCE: expected one ARN without wildcards'],
  [['s3:GetObject', 'acme-data/a'], 'RESOURCE: expected one ARN without wildcards'],
  [['s3:GetObject', `${DATA}/a`, 'more'], 'expected ACTION RESOURCE, found 3 words'],
  [['s3:GetObject', `${DATA}/a`, '--context', 'aws:SourceIp'], '--context: expected KEY=VALUE'],
  [['s3:GetObject', `${DATA}/a`, '--context', 'prefix=x'], '--context: expected KEY=VALUE'],
  [['s3:GetObject', `${DATA}/a`, '--absent', 'prefix'], '--absent: expected KEY'],
  [
    ['s3:GetObject', `${DATA}/a`, '--context', 'a:b=c', '--absent', 'A:B'],
    'both in --context and in --absent',
  ],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await can(...args)
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
})

it('runs as the built program', async () => {
  const args = ['can', '--tenants', folder.directory, '--now', NOW, '--token', token]
  const run = await runCli([...args, ...INSIDE, 's3:GetObject', `${DATA}/alice/a`])
  expect([run.code, run.stderr]).toEqual([0, ''])
})
