/** Keys in settings: which file or kind of key is wrong is said, and nothing of a key. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readConfiguration } from '../../../packages/functions/src/configuration/broker-configuration.ts'
import { StartFailure } from '../../../packages/functions/src/configuration/start-failure.ts'
import { selfSignedCertificate } from '../../../packages/local/src/self-signed-certificate.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

const folder = makeTemporaryFolder()
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = (options = {}) =>
  privateKey.export({ type: 'pkcs8', format: 'pem', ...options } as never).toString()
const encrypted = pkcs8({ cipher: 'aes-256-cbc', passphrase: 'CANARY' })
const certificate = `-----BEGIN CERTIFICATE-----
${selfSignedCertificate(privateKey, 'broker.example').toString('base64')}
-----END CERTIFICATE-----`

it.each([
  ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['a certificate without its key', certificate],
  ['an encrypted private key', encrypted],
  ['an encrypted private key', `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nCANARY`],
  ['a key of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY'],
  ['an ARN; a KMS key belongs', 'arn:aws:kms:eu-west-1:111122223333:key/CANARY'],
  ['no key', 'CANARY'],
  ['not valid JSON', '{"kty":"EC","d":"CANARY'],
  ['a JWK without its private part', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ['a shared secret', '{"kty":"oct","k":"CANARY","d":"CANARY"}'],
  ['a JWK Set', '{"keys":[{"d":"CANARY"}]}'],
])('refuses %s as a signing key, in a variable and in a file', (what, text) => {
  const value = failureOf({ BROKER_SIGNING_KEY: text })
  expect(value.message).toContain(`Environment variable BROKER_SIGNING_KEY is ${what}`)
  const file = path.join(folder, 'key.pem')
  writeFileSync(file, text)
  const named = failureOf({ BROKER_SIGNING_KEY_FILE: file })
  expect(named.message).toContain(
    `Environment variable BROKER_SIGNING_KEY_FILE names a file that contains ${what}`,
  )
  expect(named.message).toContain(`: ${file}; set it to a private key, RSA or P-256`)
  for (const { message, known } of [value, named]) {
    expect(message).not.toContain('CANARY')
    expect(JSON.stringify(known)).not.toContain(folder)
  }
})

it.each([
  ['PKCS #8', pkcs8()],
  ['PKCS #1', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
  ['JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
  ['PEM in one line', pkcs8().replaceAll('\n', '\\n')],
  ['PEM after its certificate', `${certificate}\n${pkcs8()}`],
])('accepts a private key as %s', (_, text) => {
  expect(read({ BROKER_SIGNING_KEY: text }).signingKey).toBe(text)
})

it.each([
  ['does not exist', path.join(folder, 'nowhere'), 'cannot be read', 'ENOENT: no such file or dir'],
  ['is a folder', makeFolder(), 'cannot be read', 'EISDIR: illegal operation on a directory'],
  ['is below a file', path.join(makeFile('x'), 'y'), 'cannot be read', 'ENOTDIR: not a directory'],
  ['is empty', makeFile('\n'), 'is empty', ''],
])('names the variable, the path and the error of a file that %s', (_, file, what, reason) => {
  for (const name of ['BROKER_SIGNING_KEY_FILE', 'BROKER_SESSION_NAME_KEY_FILE'] as const) {
    const { message, known } = failureOf({ BROKER_SESSION_NAME_KEY: undefined, [name]: file })
    expect(message).toContain(`Environment variable ${name} names a file that ${what}: ${file}`)
    expect(message).toContain(reason)
    // Anyone may read this part.
    expect(known).toMatchObject({ code: 'setting_invalid' })
    expect(known.problem).toBe(`Environment variable ${name} names a file that ${what}.`)
  }
})

it.each(['true', '0', 'on', ' 1'])('refuses BROKER_LOCAL=%j, without effect', (value) => {
  expect(failureOf({ BROKER_LOCAL: value }).message).toContain('variable BROKER_LOCAL is not 1')
})

it.each(['ON', 'true', 'yes'])('refuses BROKER_EXPLAIN=%j', (value) => {
  expect(failureOf({ BROKER_EXPLAIN: value }).message).toBe(
    'Environment variable BROKER_EXPLAIN is neither on nor off; ' +
      'set it to on or off, in lower case.',
  )
})

function makeFolder(): string {
  const made = path.join(folder, 'folder')
  mkdirSync(made, { recursive: true })
  return made
}

function makeFile(text: string): string {
  const file = path.join(folder, `file-${text.length}`)
  writeFileSync(file, text)
  return file
}

function read(environment: Readonly<Record<string, string | undefined>>) {
  const base = { BROKER_ISSUER: 'https://broker.example', BROKER_SESSION_NAME_KEY: 'k'.repeat(32) }
  return readConfiguration({ ...base, ...environment }, 'no-file')
}

function failureOf(environment: Readonly<Record<string, string | undefined>>): StartFailure {
  try {
    read(environment)
  } catch (error) {
    if (error instanceof StartFailure) return error
    throw error
  }
  throw new Error('The settings were accepted.')
}
