/** The settings of `credential-process`, `serve` and `exec`: options, profiles and their errors. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startSessionBench, TOKEN } from './session-bench.ts'

const bench = await startSessionBench()
const withCommand = (command: string) =>
  bench.run(['credential-process', '--endpoint', bench.url, '--token-command', command])

it('splits a token command as a shell does, and runs it without a shell', async () => {
  await withCommand(`node -e 'console.log(process.argv[1])' "${TOKEN}$(id)"`)
  expect(bench.requests).toMatchObject([{ token: `${TOKEN}$(id)` }])
  expect(await withCommand("a 'b")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^token-broker: --token-command: a quote is not closed.*\n$/),
  })
  expect(await withCommand('false')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^token-broker: no_token: false ended.*\n$/),
  })
})

it('reads a profile, named by an option or a variable, and options override it', async () => {
  const folder = join(bench.home, '.config', 'token-broker')
  await mkdir(folder, { recursive: true })
  const work = {
    endpoint: bench.url,
    tenant: 'acme',
    grant: 'reports',
    statements: ['A', 'B'],
    tokenFile: '~/token.jwt',
  }
  await writeFile(join(folder, 'profiles.json'), JSON.stringify({ work, odd: { endpont: 'x' } }))
  await bench.run(['credential-process', '--profile', 'work', '--grant', 'uploads'])
  await bench.run(['credential-process'], { env: { TOKEN_BROKER_PROFILE: 'work' } })
  expect(bench.requests).toMatchObject([
    { tenant: 'acme', grant: 'uploads' },
    { statements: ['A', 'B'] },
  ])
  const { stderr: field } = await bench.run(['credential-process', '--profile', 'odd'])
  expect(field).toContain('unknown field "endpont"')
  expect(field).toContain('did you mean endpoint?')
  const { stderr: name } = await bench.run(['credential-process', '--profile', 'wrok'])
  expect(name).toContain('it has work, odd; did you mean work?')
})

it('sends the policy of an option or a profile, each with credentials of its own', async () => {
  const policyOf = (Action: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })
  const file = join(bench.home, 'read.json')
  await writeFile(file, JSON.stringify(policyOf('s3:Get*')))
  await bench.credentials('--policy', file)
  await bench.credentials('--policy', JSON.stringify(policyOf('s3:Put*')))
  await bench.credentials('--policy', ` ${JSON.stringify(policyOf('s3:Put*'))}`)
  await bench.credentials()
  expect(bench.requests).toMatchObject([
    { policy: policyOf('s3:Get*') },
    { policy: policyOf('s3:Put*') },
    {},
  ])
  expect(bench.requests[2]).not.toHaveProperty('policy')

  const folder = join(bench.home, '.config', 'token-broker')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'less.json'), JSON.stringify(policyOf('s3:List*')))
  const less = { endpoint: bench.url, policy: 'less.json', tokenFile: '~/token.jwt' }
  await writeFile(join(folder, 'profiles.json'), JSON.stringify({ less }))
  await bench.run(['credential-process', '--profile', 'less'])
  expect(bench.requests[3]).toMatchObject({ policy: policyOf('s3:List*') })
})

it('sends the token of an actor too, with credentials of its own in the cache', async () => {
  const file = join(bench.home, 'actor.jwt')
  await writeFile(file, 'canary.actor.token\n')
  await bench.credentials()
  for (const _ of [1, 2]) await bench.credentials('--actor-token-file', file)
  await bench.credentials('--actor-token-command', 'node -p "1.5"')
  expect(bench.requests).toMatchObject([
    { token: TOKEN },
    { token: TOKEN, actorToken: 'canary.actor.token' },
    { token: TOKEN, actorToken: '1.5' },
  ])
  expect(bench.requests[0]).not.toHaveProperty('actorToken')
  expect(bench.requests[1]).not.toHaveProperty('actorTokenType')

  await writeFile(file, 'QUJD\nREVG\n')
  await bench.credentials('--actor-token-file', file, '--actor-token-type', 'saml2')
  expect(bench.requests[3]).toMatchObject({ actorToken: 'QUJDREVG', actorTokenType: 'saml2' })

  const folder = join(bench.home, '.config', 'token-broker')
  await mkdir(folder, { recursive: true })
  const agent = { endpoint: bench.url, tokenFile: '~/token.jwt', actorTokenFile: '~/own.jwt' }
  await writeFile(join(folder, 'profiles.json'), JSON.stringify({ agent }))
  await writeFile(join(bench.home, 'own.jwt'), 'of.the.profile')
  await bench.run(['credential-process', '--profile', 'agent'])
  expect(bench.requests[4]).toMatchObject({ token: TOKEN, actorToken: 'of.the.profile' })
})

it('gets no credentials where the token of the actor cannot be read', async () => {
  for (const place of [
    ['--actor-token-file', join(bench.home, 'missing')],
    ['--actor-token-command', 'false'],
  ]) {
    const { code, stderr } = await bench.credentials(...place)
    expect([code, stderr.startsWith('token-broker: no_token: ')]).toEqual([3, true])
  }
  expect(bench.requests).toEqual([])
})

it.each([
  [['--actor-token-file', '-'], '--actor-token-file: standard input is for the token of the'],
  [['--actor-token-file', 'a', '--actor-token-command', 'b'], 'not both'],
  [['--actor-token-type', 'saml2'], '--actor-token-type: expected --actor-token-file or'],
  [['--endpoint', 'http://broker.example'], '--endpoint: expected an https URL'],
  [['--endpoint', 'http://127.0.0.1.evil.example'], '--endpoint: expected an https URL'],
  [['--duration', '5m'], '--duration: expected a time from 15m to 12h'],
  [['--statements', 'A,,B'], '--statements'],
  [['--policy', 'missing.json'], '--policy: cannot read missing.json: no such file or directory'],
  [['--policy', '{"Statement":'], '--policy: the policy is not JSON'],
  [['--policy', '{"a":1,"a":2}'], '--policy: the policy has a duplicate member name'],
  [['--policy', '{"a":9007199254740993}'], '--policy: the policy has a number that is too large'],
  [['--token-command', 'a b'], 'not both'],
  [['--token', 'x'], 'unknown option --token'],
])('refuses %j in one line', async (args, message) => {
  const { code, stderr } = await bench.credentials(...args)
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(bench.requests).toEqual([])
})
