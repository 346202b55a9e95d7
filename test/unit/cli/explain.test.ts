/** `token-broker explain`, with keys in the document, so that nothing is fetched. */
import { expect, it } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTenantFolder, NOW } from './tenant-folder.ts'

const folder = await createTenantFolder()
const explain = (token: string, ...args: string[]) =>
  runCli(['explain', '--tenants', folder.directory, '--now', NOW, ...args], token)

it('shows the checks and the plan of a token that would be accepted', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  const { code, stdout, stderr } = await explain(token)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('would issue')
  expect(stdout).toMatch(/^verify$/m)
  expect(stdout).toContain('✓')
  expect(stdout).toContain('"arn:aws:s3:::acme-data/alice/*"')
  expect(stdout).not.toContain('\u001b')
})

it('reads the token from a file and prints JSON', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  const file = await folder.write('token.jwt', token)
  const { code, stdout } = await explain('', '--token', file, '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'would-issue',
    tenant: 'acme',
    grant: 'reports',
    plan: {
      roleArn: 'arn:aws:iam::111122223333:role/acme-app',
      roleSessionName: expect.stringMatching(/^alice-/),
    },
  })
})

it('explains a request in which another party acts for the subject', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  const actor = await folder.write('actor.jwt', await folder.sign({ sub: 'agent' }))
  const { code, stdout } = await explain(token, '--actor-token', actor)
  expect(code).toBe(3)
  expect(stdout).toContain('actor: signature is the issuer’s')
  expect(stdout).toContain('an actor acts for the subject, and the rule does not mention actor')
  const other = await explain(token, '--actor-token', actor, '--actor-issuer', 'https://x.example')
  expect(other.stdout).toContain('actor: token is of the issuer that the request names')
  const without = await explain(token, '--actor-issuer', 'https://x.example')
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('--actor-token FILE')])
})

it('explains a session policy that the caller requests', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  const policyOf = (Resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
    })
  const narrower = await explain(token, '--policy', policyOf('arn:aws:s3:::acme-data/alice/a/*'))
  expect(narrower.code).toBe(0)
  expect(narrower.stdout).toContain('"arn:aws:s3:::acme-data/alice/a/*"')
  const wider = await explain(token, '--policy', policyOf('arn:aws:s3:::acme-data/*'))
  expect(wider.code).toBe(3)
  expect(wider.stdout).toContain('the caller’s policy is inside the grant')
  expect(wider.stdout).toContain('s3:getobject on arn:aws:s3:::acme-data/')
})

it('shows why a token would be refused', async () => {
  const { code, stdout } = await explain(await folder.sign({ sub: 'alice', groups: [] }))
  expect(code).toBe(3)
  expect(stdout).toContain('would refuse: access_denied')
  expect(stdout).toContain('✗')
})

it('refuses a token with the signature of another token', async () => {
  const [header, , signature] = (await folder.sign({ sub: 'alice', groups: [] })).split('.')
  const [, payload] = (await folder.sign({ sub: 'alice', groups: ['staff'] })).split('.')
  const { code, stdout } = await explain([header, payload, signature].join('.'), '--format', 'json')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'would-refuse', code: 'invalid_token' })
})

it('decides as at the time of --now', async () => {
  const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
  expect((await explain(token, '--now', '2026-02-01T12:00:00Z')).code).toBe(3)
})

it.each([
  { args: ['explain'], message: '--tenants' },
  {
    args: ['explain', '--tenants', '/no/such/directory'],
    message: 'cannot read /no/such/directory',
  },
  { args: ['explain', '--tenants', '.', '--now', 'yesterday'], message: '--now' },
])('refuses $args', async ({ args, message }) => {
  const { code, stderr } = await runCli(args)
  expect(code).toBe(1)
  expect(stderr).toContain(message)
})

it('does not decide with documents that have errors', async () => {
  const file = await folder.write('broken.txt', 'tenant: beta\n')
  const { code, stderr } = await runCli(['explain', '--tenants', file], 'x.y.z')
  expect(code).toBe(1)
  expect(stderr).toContain(file)
})
