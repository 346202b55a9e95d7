/** `token-broker pool identities | describe | disable | delete` on a real table. */
import {
  identifyLogins,
  type LinkingLogin,
  type LinkingTable,
  mergeIdentities,
  runSteps,
} from '@token-broker/core/linking'
import { expect, it } from 'vitest'
import { identitiesIn } from '../../fixtures/identity-tables.ts'
import { runHere } from './run-cli.ts'
import { startTenantBench } from './tenant-bench.ts'

const POOL = 'eu-central-1:11111111-2222-4333-8444-555555555555'
const NOW = 1_800_000_000
const GUEST = 'eu-central-1:eeeeeeee-2222-4333-8444-555555555555'

const { table, environment } = await startTenantBench()
const identities = identitiesIn(table)
const signal = new AbortController().signal
const links: LinkingTable = {
  get: (name) => identities.get(POOL, name, signal),
  putIf: (name, item, previous) => identities.putIf(POOL, name, item, previous, signal),
}

it('lists what the table has of a pool, and nothing of another', async () => {
  const id = await signIn('google:list')
  const { code, stdout } = await pool('identities')
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`^${id} +user +2027-01-15T08:00:00.000Z +google$`, 'm'))
  const json = await pool('identities', '--format', 'json')
  expect(JSON.parse(json.stdout)).toContainEqual({
    ...{ id, state: 'user', createdAt: '2027-01-15T08:00:00.000Z', providers: ['google'] },
  })
  const other = 'eu-central-1:99999999-2222-4333-8444-555555555555'
  expect((await command(['identities', '--pool', other])).stdout).toBe('')
})

it('describes an identity with its logins and what is merged into it', async () => {
  const older = await signIn('google:older', 'facebook:older')
  const younger = await signIn('developer:younger')
  const [a, b] = [loginOf('google:older'), loginOf('developer:younger')]
  const merged = await runSteps(mergeIdentities(a, b), links)
  const root = merged.refused ? '' : merged.id
  const part = root === older ? younger : older
  const { code, stdout } = await pool('describe', root, '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ id: root, state: 'user', merged: [part] },
    logins: expect.arrayContaining([
      { provider: 'google', identity: older },
      { provider: 'facebook', identity: older },
      { provider: 'developer', identity: younger, developerUserIdentifier: 'developer:younger' },
    ]),
  })
  const text = await pool('describe', part)
  expect(text.stdout).toContain(`merged into  ${root}`)
  const refused = await pool('disable', part)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`merged into ${root}`) })
})

it('disables an identity, whose login is then refused', async () => {
  const id = await signIn('google:disable')
  expect(await pool('disable', id)).toMatchObject({ code: 0 })
  expect(await pool('disable', id)).toMatchObject({ code: 0 })
  await expect(signIn('google:disable')).rejects.toThrow('disabled')
  expect((await pool('describe', id)).stdout).toMatch(/^state +disabled$/m)
})

it('deletes an identity, whose login then gets another one, and keeps the tombstone', async () => {
  const id = await signIn('google:delete')
  expect(await pool('delete', id)).toMatchObject({ code: 0 })
  expect(await signIn('google:delete')).not.toBe(id)
  expect(await pool('disable', id)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('deleted'),
  })
  expect((await pool('describe', id)).stdout).toMatch(/^state +deleted$/m)
})

it('disables a guest of whom the table has no item yet', async () => {
  expect(await pool('describe', GUEST)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no identity'),
  })
  expect(await pool('disable', GUEST)).toMatchObject({ code: 0 })
  expect((await pool('describe', GUEST)).stdout).toMatch(/^state +disabled$/m)
})

it.each([
  ['no pool', ['identities']],
  ['a pool that is none', ['identities', '--pool', 'pool']],
  ['an identity of another Region', ['disable', 'us-east-1:11', '--pool', POOL]],
  ['the id of the pool itself', ['delete', POOL, '--pool', POOL]],
  ['no identity', ['describe', '--pool', POOL]],
])('refuses %s', async (_, args) => {
  expect(await command(args)).toMatchObject({ code: 1, stdout: '' })
})

function pool(name: string, ...args: string[]) {
  return command([name, ...args, '--pool', POOL])
}

function command(args: readonly string[]) {
  return runHere(['pool', ...args, '--endpoint', table.url], environment)
}

async function signIn(first: string, ...others: string[]): Promise<string> {
  const logins = [loginOf(first), ...others.map(loginOf)] as const
  const request = { logins, nowSeconds: NOW }
  const found = await runSteps(identifyLogins(request, { merging: false }), links)
  if (found.refused) throw new Error(found.refused)
  return found.id
}

function loginOf(name: string): LinkingLogin {
  const [provider = ''] = name.split(':')
  const digits = Buffer.from(name).toString('hex').padEnd(12, '0').slice(-12)
  return {
    ...{ key: name.replace(':', '-'), provider },
    ...(provider === 'developer' ? { subject: name } : {}),
    ownId: (generation) => `eu-central-1:0000000${generation}-0000-4000-8000-${digits}`,
  }
}
