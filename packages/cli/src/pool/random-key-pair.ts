/** Creates the access key id and the secret of a key pair. */
import { randomBytes } from 'node:crypto'

const KEY_ID_PREFIX = 'TBPK'
const KEY_ID_CHARACTERS = 16
/** As long as the secrets of AWS, and 200 random bits. */
const SECRET_CHARACTERS = 40

/** Without characters that need escapes in files, shells or URLs. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export interface RandomKeyPair {
  readonly keyId: string
  readonly secret: string
}

export function createRandomKeyPair(): RandomKeyPair {
  return {
    keyId: `${KEY_ID_PREFIX}${randomText(KEY_ID_CHARACTERS)}`,
    secret: randomText(SECRET_CHARACTERS).toLowerCase(),
  }
}

/** 32 divides 256, so each character is equally probable. */
function randomText(characters: number): string {
  return [...randomBytes(characters)].map((byte) => BASE32[byte % BASE32.length]).join('')
}
