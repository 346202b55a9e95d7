/** `token-broker explain` and `can` for opaque tokens, about which an issuer is asked. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startIntrospection } from '../../fixtures/introspection-server.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const SECRET = 'secret-canary-of-the-client'
const [idp, second] = [
  await closeAfterTests(startIntrospection(SECRET)),
  await closeAfterTests(startIntrospection(SECRET)),
]
const folder = await createTenantFolder()
const tenants = await folder.write('opaque.json', JSON.stringify(documentOf([idp, second])))
const env = { PATH: process.env.PATH, BROKER_SECRET_IDP_CLIENT: SECRET }
const run = (command: string, token: string, args: readonly string[], variables: object = env) =>
  runCli([command, '--tenants', tenants, '--allow-loopback-http', ...args], token, {
    ...variables,
  })

describe.each(['explain', 'can'])('%s', (command) => {
  const request = command === 'can' ? ['s3:GetObject', 'arn:aws:s3:::b/alice/x'] : []
  const decide = (token: string, args: readonly string[], variables: object = env) =>
    run(command, token, [...args, ...request], variables)

  it('asks the issuer that is named', async () => {
    const before = second.requests.length
    const { code, stderr } = await decide(second.token(), [
      ...['--tenant', 'acme', '--issuer', second.url],
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(second.requests.length).toBe(before + 1)
  })

  it('refuses a token where no issuer is named, or another one', async () => {
    for (const issuer of [[], ['--issuer', idp.url]])
      expect((await decide(second.token(), ['--tenant', 'acme', ...issuer])).code).toBe(3)
  })
})

it('shows how the issuer was asked', async () => {
  const { stdout } = await run('explain', idp.token(), ['--tenant', 'acme', '--issuer', idp.url])
  expect(stdout).toContain('an issuer of the tenant vouches for the token')
  expect(stdout).toContain('introspection (named by request)')
})

it('says which secret is missing, and never shows one', async () => {
  const named = ['--tenant', 'acme', '--issuer', idp.url]
  const without = await run('explain', idp.token(), named, { PATH: env.PATH })
  expect(without.code).toBe(3)
  expect(without.stdout).toContain('config_invalid')
  expect(without.stdout).toContain('BROKER_SECRET_IDP_CLIENT')
  const wrong = { ...env, BROKER_SECRET_IDP_CLIENT: 'wrong-secret-canary' }
  const refused = await run('explain', idp.token(), named, wrong)
  expect(refused.stdout).toContain('check the secret acme/idp-client')
  for (const { stdout, stderr } of [without, refused])
    expect(`${stdout}${stderr}`).not.toContain('-canary')
})

it('asks now, also where the decision is as at another time', async () => {
  const now = ['--now', '2020-01-01T00:00:00Z']
  const { code } = await run('explain', idp.token(), [
    ...['--tenant', 'acme', '--issuer', idp.url, ...now],
  ])
  expect(code).toBe(0)
})

function documentOf(servers: readonly { readonly url: string }[]) {
  const issuers = servers.map(({ url }) => ({
    issuer: url,
    audiences: ['acme-app'],
    verify: {
      ...{ kind: 'introspection', url: `${url}/introspect` },
      ...{ clientId: 'acme-broker', clientSecret: 'idp-client' },
    },
  }))
  const Resource = 'arn:aws:s3:::b/{{user}}/*'
  return {
    ...{ tenant: 'acme', issuers },
    attributes: { user: { from: 'claims.sub', acrossIssuers: true } },
    rules: [{ name: 'all', grant: 'read' }],
    grants: {
      read: {
        role: 'arn:aws:iam::111122223333:role/acme',
        policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }],
      },
    },
  }
}
