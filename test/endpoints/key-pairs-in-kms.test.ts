/** Key pairs of backends that AWS KMS encrypts: decrypted once, and only for their own pool. */
import { rootKeyOf } from '@token-broker/functions/key-pairs'
import { expect, it, vi } from 'vitest'
import { encryptWithKms } from '../../packages/cli/src/pool/encrypt-with-kms.ts'
import { closeAfterTests } from '../fixtures/close-after-tests.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { OTHER_POOL_ID, POOL_ID } from '../fixtures/pool-document.ts'
import { exceptionOf, KEY_PAIR, startDeveloperBroker } from './developer-broker.ts'

const kms = await closeAfterTests(startKmsServer())
const keyArn = kms.createSymmetricKey()
for (const [name, value] of Object.entries(kms.environment)) vi.stubEnv(name, value)
vi.stubEnv('AWS_ENDPOINT_URL_KMS', kms.url)
const broker = await startDeveloperBroker(
  {},
  {
    ...kms.environment,
    ...{ BROKER_LOCAL: '1', BROKER_KMS_ENDPOINT: kms.url, BROKER_POOL_KEYS_KMS_KEY: keyArn },
  },
)

it('are decrypted once, and used for every request', async () => {
  const by = await addSealed('TBPKAAAAKKKKCCCCDDDD', POOL_ID)
  kms.calls.length = 0
  for (const _ of [1, 2, 3]) expect(await lookUpBy(by)).toBe('400 ResourceNotFoundException')
  expect(kms.calls).toEqual([`Decrypt ${keyArn.split('/')[1]}`])
})

it.each([
  ['of another pool', () => addSealed('TBPKAAAAKKKKCCCCDDDB', OTHER_POOL_ID)],
  ['that the secret of the pool encrypts', async () => KEY_PAIR],
])('%s are refused, as a misconfiguration', async (_what, add) => {
  expect(await lookUpBy(await add())).toBe('400 UnrecognizedClientException')
  expect(broker.audit.at(-1)).toMatchObject({ code: 'config_invalid' })
})

it.each([
  ['ThrottlingException', 400, '429 TooManyRequestsException'],
  ['KMSInternalException', 500, '503 InternalErrorException'],
  ['DisabledException', 400, '400 InvalidIdentityPoolConfigurationException'],
])('are refused where KMS reports %s', async (__type, status, expected) => {
  const by = await addSealed(`TBPKAAAAKKKKCCCC${__type.slice(0, 4).toUpperCase()}`, POOL_ID)
  kms.respondWith((response) => response.writeHead(status).end(JSON.stringify({ __type })))
  expect(await lookUpBy(by)).toBe(expected)
  kms.respondWith(undefined)
  expect(await lookUpBy(by)).toBe('400 ResourceNotFoundException')
})

async function addSealed(keyId: string, sealedFor: string) {
  const rootKey = rootKeyOf(KEY_PAIR.secretAccessKey)
  const context = { pool: sealedFor, key: keyId }
  const sealedKey = await encryptWithKms(rootKey, keyArn, context, undefined)
  return broker.addKeyPair(POOL_ID, keyId, { sealedKey })
}

async function lookUpBy(by: typeof KEY_PAIR): Promise<string> {
  const body = { DeveloperUserIdentifier: 'nobody' }
  return exceptionOf(await broker.backend('LookupDeveloperIdentity', body, { by }))
}
