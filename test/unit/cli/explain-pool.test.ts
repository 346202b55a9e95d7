/** `token-broker explain` and `can` about callers of an identity pool, without its secret. */
import { describe, expect, it } from 'vitest'
import { GUEST_ROLE, POOL_ID } from '../../fixtures/pool-document.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder, NOW } from './tenant-folder.ts'

const OWN = {
  Sid: 'Own',
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: 'arn:aws:s3:::acme-data/players/{{identity}}/*',
}
const ID = 'eu-central-1:0f7c1a52-1111-4222-8333-444455556666'
const folder = await createTenantFolder(
  { policy: [OWN] },
  {
    rules: [{ name: 'players', when: 'identity.provider == "idp"', grant: 'reports' }],
    identityPools: [
      {
        ...{ id: POOL_ID, secret: 'pool', logins: { idp: 'https://idp.example.com' } },
        guests: { enabled: true, grant: 'guest' },
      },
    ],
  },
  { guest: { role: GUEST_ROLE, policy: [OWN] } },
)
const run = (command: string, token: string, ...args: string[]) =>
  runCli([command, '--tenants', folder.directory, '--now', NOW, '--pool', POOL_ID, ...args], token)

describe('explain --pool', () => {
  it('shows the session of a user with the stated id', async () => {
    const token = await folder.sign({ sub: 'alice' })
    const options = ['--provider', 'idp', '--identity', ID]
    const { code, stdout, stderr } = await run('explain', token, ...options)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`"arn:aws:s3:::acme-data/players/${ID}/*"`)
    expect(stdout).toContain('rule "players"')
  })

  it('shows the session of a guest, and reads no token', async () => {
    const { code, stdout } = await run('explain', '')
    expect(code).toBe(0)
    expect(stdout).toContain(`guests of ${POOL_ID}`)
    const id = 'eu-central-1:00000000-0000-0000-0000-000000000000'
    expect(stdout).toContain(`"arn:aws:s3:::acme-data/players/${id}/*"`)
  })

  it('refuses a provider that the pool does not have', async () => {
    const token = await folder.sign({ sub: 'alice' })
    expect((await run('explain', token, '--provider', 'other')).code).toBe(3)
  })

  it.each([
    [['--identity', 'alice'], '--identity: expected a Region, a colon and a UUID, found "alice"'],
    [['--pool', 'x'], '--pool: expected the id of an identity pool, found "x"'],
  ])('%j cannot be used', async (options, message) => {
    const { code, stderr } = await run('explain', '', ...options)
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
  })

  it('is needed for the other options', async () => {
    const args = ['explain', '--tenants', folder.directory, '--provider', 'idp']
    const { code, stderr } = await runCli(args, 'token')
    expect([code, stderr]).toEqual([1, expect.stringContaining('expected --pool ID')])
  })
})

it('can --pool decides by the own id of the caller', async () => {
  const arn = (id: string) => `arn:aws:s3:::acme-data/players/${id}/a`
  const ask = (id: string) => run('can', '', '--identity', ID, 's3:GetObject', arn(id))
  expect((await ask(ID)).code).toBe(0)
  expect((await ask(ID.replace('0f7c', '1f7c'))).code).toBe(3)
})
