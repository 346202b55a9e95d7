/** Writes self-signed X.509 certificates for RSA keys; Ceph reads keys only from a JWK's `x5c`. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const NULL = 0x05
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')

/**
 * @returns the certificate as DER, without extensions and without a defined expiry
 * @see RFC 5280 §4.1.2.5: the date 99991231235959Z means no defined expiry
 */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string): Buffer {
  const algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), der(NULL))
  const attribute = der(
    SEQUENCE,
    der(OBJECT_ID, COMMON_NAME),
    der(UTF8_STRING, Buffer.from(commonName)),
  )
  const name = der(SEQUENCE, der(SET, attribute))
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, Buffer.from('200101000000Z')),
    der(GENERALIZED_TIME, Buffer.from('99991231235959Z')),
  )
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const signed = der(
    SEQUENCE,
    der(INTEGER, Buffer.of(1)),
    algorithm,
    name,
    validity,
    name,
    publicKey,
  )
  const signature = sign('sha256', signed, privateKey)
  return der(SEQUENCE, signed, algorithm, der(BIT_STRING, Buffer.of(0), signature))
}

/**
 * Encodes one value as tag, length and contents.
 * @see X.690 §8.1.3: for a length over 127, the first byte contains the number of length bytes
 */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}
