/** `token-broker credential-process --dpop-key`: proofs of the key to which a token is bound. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { calculateJwkThumbprint } from 'jose'
import { expect, it } from 'vitest'
import { makeTemporaryFolder, startServedBroker } from '../../fixtures/index.ts'
import { runCli } from './run-cli.ts'
import { accessKeyIdIn } from './session-bench.ts'

const broker = await startServedBroker()
const home = makeTemporaryFolder()
const fileOf = (name: string) => path.join(home, name)
const pemOf = (key: KeyObject) => String(key.export({ format: 'pem', type: 'pkcs8' }))

const EC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })

it.each([
  ['P-256', EC_KEY],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', generateKeyPairSync('ed25519')],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
])('proves a key of %s', async (name, { publicKey, privateKey }) => {
  await save(`${name}.pem`, pemOf(privateKey))
  const run = await credentials(await boundToken(publicKey), '--dpop-key', fileOf(`${name}.pem`))
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(accessKeyIdIn(run)).toBe('ASIA0123456789ABCDEF')
})

it('reads a JWK, and the file of a profile', async () => {
  await mkdir(fileOf('.config/token-broker'), { recursive: true })
  await save('.config/token-broker/key.jwk', JSON.stringify(jwkOf(EC_KEY.privateKey)))
  const profile = { endpoint: broker.url, tokenFile: fileOf('token'), dpopKey: 'key.jwk' }
  await save('.config/token-broker/profiles.json', JSON.stringify({ work: profile }))
  await save('token', await boundToken(EC_KEY.publicKey))
  expect((await run('--profile', 'work')).code).toBe(0)
})

it('says that the token is bound where no key is named', async () => {
  const { code, stderr } = await credentials(await boundToken(EC_KEY.publicKey))
  expect([code, stderr]).toEqual([3, expect.stringMatching(/invalid_dpop_proof .*--dpop-key/)])
})

it.each([
  ['is missing', async () => fileOf('none')],
  ['is readable by others', async () => save('open.pem', pemOf(EC_KEY.privateKey), 0o644)],
  ['is a link', () => link('link.pem', 'open.pem')],
  ['is a public key', async () => save('public.pem', publicPem())],
  ['is a JWK without a private part', () => save('p.jwk', JSON.stringify(jwkOf(EC_KEY.publicKey)))],
  ['is no key', async () => save('text', 'canary-of-a-key')],
  ['is of another curve', async () => save('k1.pem', pemOf(otherCurve()))],
])('refuses a key that %s, and quotes nothing of it', async (_name, makeFile) => {
  const before = broker.received.length
  const file = await makeFile()
  const { code, stderr } = await credentials(await boundToken(EC_KEY.publicKey), '--dpop-key', file)
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/^token-broker: no_token: the key .*\n$/),
  ])
  expect(stderr).not.toMatch(/canary|BEGIN/)
  expect(broker.received.length).toBe(before)
})

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' })
const publicPem = () => String(EC_KEY.publicKey.export({ format: 'pem', type: 'spki' }))
const otherCurve = () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey

async function boundToken(key: KeyObject): Promise<string> {
  return broker.token({ cnf: { jkt: await calculateJwkThumbprint(jwkOf(key)) } })
}

async function credentials(token: string, ...args: readonly string[]) {
  await save('token', token)
  return run('--endpoint', broker.url, '--token-file', fileOf('token'), '--no-cache', ...args)
}

function run(...args: readonly string[]) {
  return runCli(['credential-process', ...args], undefined, { PATH: process.env.PATH, HOME: home })
}

async function save(name: string, text: string, mode = 0o600): Promise<string> {
  await writeFile(fileOf(name), text)
  await chmod(fileOf(name), mode)
  return fileOf(name)
}

async function link(name: string, target: string): Promise<string> {
  await symlink(fileOf(target), fileOf(name))
  return fileOf(name)
}
