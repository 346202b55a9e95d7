/** `token-broker pool key` on a real table, with keys that KMS or the pool's secret encrypts. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createKmsOpener } from '../../../packages/functions/src/adapters/identity-pools/key-pairs/kms-decrypt-call.ts'
import {
  openWithSecret,
  rootKeyOf,
} from '../../../packages/functions/src/adapters/identity-pools/key-pairs/seal-key.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { startKmsServer } from '../../fixtures/kms-server.ts'
import { runHere } from './run-cli.ts'
import { OPERATOR, startTenantBench } from './tenant-bench.ts'

const POOL = 'eu-central-1:11111111-2222-4333-8444-555555555555'
const OTHER_POOL = 'eu-central-1:99999999-2222-4333-8444-555555555555'
const POOL_SECRET = 'first-secret-of-the-pool-0123456789'

const { table, environment, write } = await startTenantBench()
const kms = await closeAfterTests(startKmsServer())
const kmsKey = kms.createSymmetricKey()
for (const [name, value] of Object.entries(kms.environment)) vi.stubEnv(name, value)
vi.stubEnv('AWS_ENDPOINT_URL_KMS', kms.url)
const secretFile = write('pool-secret', `${POOL_SECRET}\nsecond-secret-of-the-pool-0123456789\n`)

/** Where a command needs how keys are encrypted. */
const BY_SECRET = ['--pool-secret-file', secretFile]

beforeEach(() => {
  kms.calls.length = 0
})

describe('create', () => {
  it.each([
    ['KMS', () => ['--kms-key', kmsKey]],
    ['the secret of the pool', () => BY_SECRET],
  ])('prints the secret once, and stores a key that %s opens', async (by, options) => {
    const { code, stdout, stderr } = await key('create', ...options())
    const [, keyId = '', secret = ''] =
      /^AWS_ACCESS_KEY_ID=(TBPK[A-Z2-7]{16})\nAWS_SECRET_ACCESS_KEY=([a-z2-7]{40})\n$/.exec(
        stdout,
      ) ?? []
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `token-broker: ${keyId}: keep the secret now; it cannot be shown again\n`,
    })
    const items = await table.scan()
    const item = items.find(({ sk }) => sk?.S === keyId)
    expect(item).toEqual({
      pk: { S: `identity#keys#${POOL}` },
      sk: { S: keyId },
      sealedKey: { S: expect.stringMatching(/^[\w+/]{60,}=*$/) },
      createdAt: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      createdBy: { S: OPERATOR },
    })
    const stored = JSON.stringify(items)
    expect(stored).not.toContain(secret)
    expect(stored).not.toContain(Buffer.from(secret).toString('base64').slice(2, -4))
    expect((await key('list')).stdout).not.toContain(secret)
    const sealedKey = item?.sealedKey?.S ?? ''
    const opened = await (by === 'KMS' ? openByKms : openBySecret)(sealedKey, POOL, keyId)
    expect(opened && Buffer.from(opened)).toEqual(rootKeyOf(secret))
    const open = by === 'KMS' ? openByKms : openBySecret
    expect(await open(sealedKey, OTHER_POOL, keyId)).toBeUndefined()
    expect(await open(sealedKey, POOL, 'TBPKAAAABBBBCCCCDDDD')).toBeUndefined()
  })

  it('prints JSON, and uses the KMS key of the environment', async () => {
    const env = { ...environment, BROKER_POOL_KEYS_KMS_KEY: kmsKey }
    const args = ['pool', 'key', 'create', '--pool', POOL, '--endpoint', table.url]
    const { code, stdout } = await runHere([...args, '--format', 'json'], env)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      pool: POOL,
      accessKeyId: expect.stringMatching(/^TBPK/),
      secretAccessKey: expect.stringMatching(/^[a-z2-7]{40}$/),
      createdAt: expect.stringMatching(/Z$/),
    })
    expect(kms.calls).toEqual([`Encrypt ${kmsKey.split('/')[1]}`])
  })

  it('creates another key pair each time', async () => {
    const outputs = await Promise.all([1, 2, 3].map(() => key('create', ...BY_SECRET)))
    const words = outputs.flatMap(({ stdout }) => stdout.match(/(?<==).+/g) ?? [])
    expect(new Set(words).size).toBe(6)
  })

  it.each<[string, number, string, readonly string[]]>([
    ['neither KMS nor a secret', 1, '--kms-key: expected the KMS key of the broker', []],
    ['both', 1, '--kms-key: expected', [...BY_SECRET, '--kms-key', kmsKey]],
    ['an alias', 1, 'and not an alias', ['--kms-key', 'arn:aws:kms:eu-west-1:1:alias/x']],
    ['a key that does not exist', 1, 'KMS: NotFoundException', ['--kms-key', `${kmsKey}9`]],
    ['no such file', 1, 'cannot be read', ['--pool-secret-file', '/none']],
    ['a short secret', 1, 'at least 32', ['--pool-secret-file', write('short', 'short')]],
  ])('with %s stores nothing', async (_what, code, message, options) => {
    const before = (await table.scan()).length
    const result = await key('create', ...options)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(message)
    expect((await table.scan()).length).toBe(before)
  })

  it('stores and prints nothing where KMS is not responding', async () => {
    const before = (await table.scan()).length
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://127.0.0.1:1')
    const result = await key('create', '--kms-key', kmsKey)
    vi.stubEnv('AWS_ENDPOINT_URL_KMS', kms.url)
    expect(result).toMatchObject({ code: 4, stdout: '' })
    expect(result.stderr).toContain('try again later')
    expect((await table.scan()).length).toBe(before)
  })
})

describe('list and revoke', () => {
  it('show each key pair of the pool, and what became of it', async () => {
    const [first, second] = [await create(OTHER_POOL), await create(OTHER_POOL)]
    const list = async () =>
      JSON.parse((await key('list', '--pool', OTHER_POOL, '--format', 'json')).stdout)
    expect((await list()).map(({ keyId }: { keyId: string }) => keyId)).toEqual(
      [first, second].sort(),
    )
    expect(await key('revoke', first, '--pool', OTHER_POOL)).toEqual({
      code: 0,
      stdout: `${first}: revoked; brokers accept it for at most 60 s more\n`,
      stderr: '',
    })
    expect(await list()).toEqual(
      expect.arrayContaining([
        {
          keyId: first,
          state: 'revoked',
          createdAt: expect.any(String),
          createdBy: OPERATOR,
          revokedAt: expect.any(String),
          revokedBy: OPERATOR,
        },
        { keyId: second, state: 'active', createdAt: expect.any(String), createdBy: OPERATOR },
      ]),
    )
    const text = (await key('list', '--pool', OTHER_POOL)).stdout
    expect(text).toMatch(new RegExp(`^${first} {2}revoked {2}.*${OPERATOR}$`, 'm'))
    expect(text).toMatch(new RegExp(`^${second} {2}active {3}.*${OPERATOR}$`, 'm'))
    const again = await key('revoke', first, '--pool', OTHER_POOL)
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('already revoked at') })
  })

  it('leave nothing in the table that verifies signatures', async () => {
    const keyId = await create(POOL)
    await key('revoke', keyId)
    const item = (await table.scan()).find(({ sk }) => sk?.S === keyId)
    expect(Object.keys(item ?? {}).sort()).toEqual(
      ['createdAt', 'createdBy', 'pk', 'revokedAt', 'revokedBy', 'sk'].sort(),
    )
  })

  it('refuse a key pair of another pool, and what is no id of a pool', async () => {
    const keyId = await create(POOL)
    const other = await key('revoke', keyId, '--pool', OTHER_POOL)
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('has no key pair') })
    for (const pool of ['', 'x', `${POOL}#`, 'EU:GG', `eu:${'1'.repeat(53)}`])
      expect(await key('list', '--pool', pool)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('--pool: expected the id of an identity pool'),
      })
  })
})

function key(command: string, ...args: string[]) {
  const pool = args.includes('--pool') ? [] : ['--pool', POOL]
  return runHere(['pool', 'key', command, ...args, ...pool, '--endpoint', table.url], environment)
}

async function create(pool: string): Promise<string> {
  const { stdout } = await key('create', ...BY_SECRET, '--pool', pool)
  return /TBPK\w+/.exec(stdout)?.[0] ?? expect.unreachable(stdout)
}

async function openBySecret(sealedKey: string, pool: string, keyId: string) {
  return openWithSecret(sealedKey, POOL_SECRET, { pool, key: keyId })
}

function openByKms(sealedKey: string, pool: string, keyId: string) {
  const { url: endpoint, credentials } = kms
  const options = { keyArn: kmsKey, region: 'eu-west-1', endpoint, credentials, now: Date.now }
  const context = { pool, key: keyId }
  const game = { id: pool, secret: 'pool' }
  return createKmsOpener(options)(sealedKey, context, game, AbortSignal.timeout(5_000))
}
