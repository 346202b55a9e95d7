/** The contract of signers, for the local signer and the KMS signer. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'vitest'
import { parseKmsKey } from '../../packages/functions/src/adapters/signers/kms-key.ts'
import { createKmsPublicKeys } from '../../packages/functions/src/adapters/signers/kms-public-keys.ts'
import {
  createKmsSigner,
  openKms,
} from '../../packages/functions/src/adapters/signers/kms-signer.ts'
import { createLocalSigner } from '../../packages/functions/src/adapters/signers/local-signer.ts'
import { closeAfterTests } from '../fixtures/index.ts'
import { type KeySpec, startKmsServer } from '../fixtures/kms-server.ts'
import { describeSigner, type SignerUnderTest } from './signer-contract.ts'

const kms = await closeAfterTests(startKmsServer())

function local({ privateKey }: { privateKey: KeyObject }) {
  const currentKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return (issuer: string): SignerUnderTest => {
    const signer = createLocalSigner({ currentKey, issuer })
    return { signer, publicKeys: signer.publicJwks }
  }
}

function inKms(spec: KeySpec, algorithm: 'RS256' | 'ES256') {
  return (issuer: string): SignerUnderTest => {
    const key = parseKmsKey(kms.createKey(spec))
    const next = parseKmsKey(kms.createKey('ECC_NIST_P256'))
    if (!key || !next) throw new Error('not the ARN of a key')
    const options = { endpoint: kms.url, credentials: kms.credentials, now: Date.now }
    const publicKeys = createKmsPublicKeys({
      ...options,
      keys: [key, next],
      onOmission: ({ message }) => expect.unreachable(message),
    })
    return {
      signer: createKmsSigner({
        kms: openKms({ ...options, region: key.region }),
        key,
        algorithm,
        issuer,
      }),
      publicKeys: () => publicKeys(new AbortController().signal),
    }
  }
}

describeSigner('local, RSA', 'RS256', local(generateKeyPairSync('rsa', { modulusLength: 2048 })))
describeSigner('local, P-256', 'ES256', local(generateKeyPairSync('ec', { namedCurve: 'P-256' })))
describeSigner('KMS, RSA_2048', 'RS256', inKms('RSA_2048', 'RS256'))
describeSigner('KMS, RSA_3072', 'RS256', inKms('RSA_3072', 'RS256'))
describeSigner('KMS, ECC_NIST_P256', 'ES256', inKms('ECC_NIST_P256', 'ES256'))
