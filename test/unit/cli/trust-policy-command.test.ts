/** `token-broker trust-policy`: what roles must trust, and what existing policies differ in. */
import { trustPolicies } from '@token-broker/core/trust-policy'
import { describe, expect, it } from 'vitest'
import { useScriptedServer } from '../../fixtures/scripted-server.ts'
import { runCli, runHere } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const folder = await createTenantFolder({ role: ROLE, sourceIdentity: '{{user}}' })
const ISSUER = ['--issuer', 'https://broker.example']
const run = (...options: string[]) =>
  runHere(['trust-policy', folder.directory, ...ISSUER, ...options])

async function neededPolicy(): Promise<object> {
  return JSON.parse((await run('--format', 'json')).stdout)[ROLE]
}

/** The policy without the condition of its first statement that binds it to the grant. */
async function widerPolicy(): Promise<object> {
  const policy = structuredClone(await neededPolicy()) as {
    Statement: { Condition: Record<string, unknown> }[]
  }
  for (const { Condition } of policy.Statement.slice(0, 1)) delete Condition.StringLike
  return policy
}

it('prints the policies that deployments create', async () => {
  const { code, stdout, stderr } = await run('--format', 'json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { compileTenants } = await import('@token-broker/core/document')
  const { readFileSync } = await import('node:fs')
  const file = `${folder.directory}/acme.json`
  const { tenants } = compileTenants([{ file, text: readFileSync(file, 'utf8') }])
  expect(JSON.parse(stdout)).toEqual(trustPolicies(tenants, 'https://broker.example'))
  const text = await run('--role', ROLE)
  expect(text.stdout.startsWith(`${ROLE}\n{\n  "Version": "2012-10-17"`)).toBe(true)
})

describe('--check', () => {
  it.each<[string, (policy: object) => unknown, string[]]>([
    ['a policy', (policy) => policy, []],
    ['a policy, with --role', (policy) => policy, ['--role', ROLE]],
    [
      'the output of "aws iam get-role"',
      (policy) => ({ Role: { Arn: ROLE, AssumeRolePolicyDocument: policy } }),
      [],
    ],
    [
      "IAM's own response, with the escapes of a URL",
      (policy) => ({
        Role: {
          Arn: ROLE,
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(policy)),
        },
      }),
      [],
    ],
    ['policies by role', (policy) => ({ [ROLE]: policy }), []],
    ['the file of --roles', (policy) => ({ [ROLE]: { trustPolicy: policy } }), []],
  ])('reads %s', async (_, wrap, options) => {
    const same = await folder.write('same.txt', JSON.stringify(wrap(await neededPolicy())))
    expect(await run('--check', same, ...options)).toEqual({
      code: 0,
      stdout: `✓ ${ROLE}: trusts what it needs\n`,
      stderr: '',
    })
    const wider = await folder.write('wider.txt', JSON.stringify(wrap(await widerPolicy())))
    const { code, stdout } = await run('--check', wider, ...options)
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout: [
        `✗ ${ROLE}`,
        '  + Condition StringLike broker.example:sub acme/reports/* is missing',
        '      the tokens of every grant of every tenant of the broker can assume the role',
        `  replace it with what token-broker trust-policy prints for --role ${ROLE}`,
        '',
      ].join('\n'),
    })
  })

  it.each<[string, string, string]>([
    ['no JSON', '{', 'is not JSON'],
    ['no policy', '{"a":1}', 'expected a trust policy'],
    ['another role', '{"arn:aws:iam::1:role/x":{"Statement":[]}}', 'no document names the role'],
  ])('refuses %s', async (_, text, message) => {
    const file = await folder.write('bad.txt', text)
    const { code, stderr } = await run('--check', file)
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

it.each<[string, string[], string]>([
  ['no issuer', [], '--issuer: expected the URL of the broker'],
  ['http', ['--issuer', 'http://broker.example'], '--issuer: expected the URL of the broker'],
  ['another role', [...ISSUER, '--role', 'arn:x'], `the roles are ${ROLE}`],
  ['both checks', [...ISSUER, '--check', 'x', '--check-role', ROLE], 'use one of them'],
])('refuses options: %s', async (_, options, message) => {
  const { code, stderr } = await runHere(['trust-policy', folder.directory, ...options])
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
})

describe('--check-role, with the SDK', () => {
  const iam = useScriptedServer(() => undefined)
  const respondWith = (status: number, xml: string) => {
    iam.respond = (response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml)
  }
  const check = () =>
    runCli(['trust-policy', folder.directory, ...ISSUER, '--check-role', ROLE], '', {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL_IAM: iam.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret-canary',
      AWS_MAX_ATTEMPTS: '1',
    })

  it('compares the policy of the role in IAM', async () => {
    const policy = encodeURIComponent(JSON.stringify(await widerPolicy()))
    respondWith(
      200,
      `<GetRoleResponse><GetRoleResult><Role><Path>/</Path><Arn>${ROLE}</Arn>` +
        '<RoleName>acme-app</RoleName><RoleId>AROA</RoleId>' +
        '<CreateDate>2026-01-01T00:00:00Z</CreateDate>' +
        `<AssumeRolePolicyDocument>${policy}</AssumeRolePolicyDocument>` +
        '</Role></GetRoleResult></GetRoleResponse>',
    )
    const { code, stdout, stderr } = await check()
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    expect(stdout).toContain('every grant of every tenant of the broker can assume the role')
    expect(new URLSearchParams(iam.received[0]?.body).get('RoleName')).toBe('acme-app')
  })

  it('refuses a role of the same name in another account', async () => {
    respondWith(
      200,
      '<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::999999999999:role/acme-app</Arn>' +
        '</Role></GetRoleResult></GetRoleResponse>',
    )
    const { code, stderr } = await check()
    expect([code, stderr]).toEqual([1, expect.stringContaining("of the role's account")])
  })

  it.each([
    [404, 'NoSuchEntity', 1],
    [403, 'AccessDenied', 1],
    [500, 'ServiceFailure', 4],
  ])('says what IAM says: %i %s', async (status, name, expected) => {
    respondWith(
      status,
      `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>why</Message>` +
        '</Error></ErrorResponse>',
    )
    const { code, stderr } = await check()
    expect(code).toBe(expected)
    expect(stderr).toContain('IAM: ')
    expect(stderr).not.toContain('canary')
  })
})
