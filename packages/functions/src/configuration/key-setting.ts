/** Reads keys and other secrets, from a variable or from the file that a variable names. */
import { readFileSync } from 'node:fs'
import { isObject } from '@token-broker/core'
import type { Environment } from './setting-names.ts'
import { invalidSetting } from './settings.ts'

type TextName = 'BROKER_SIGNING_KEY' | 'BROKER_NEXT_SIGNING_KEY' | 'BROKER_SESSION_NAME_KEY'

/**
 * Reads the variable, or the file that the variable with `_FILE` at its end names.
 * @returns undefined if neither is set
 * @throws {BrokerError} `config_invalid`, with the path and the system's error for a file
 */
export function readTextOrFile(name: TextName, environment: Environment): string | undefined {
  const fileName = `${name}_FILE` as const
  const [value, file] = [environment[name], environment[fileName]]
  if (value && file)
    throw invalidSetting(name, `is set as well as ${fileName}`, 'set one of them only')
  if (!file) return value || undefined
  const text = readTextFile(fileName, file)
  if (text.trim() !== '') return text
  const remedy = 'write the key into it, or set the variable to another file'
  throw invalidSetting(fileName, 'names a file that is empty', remedy, `: ${file}`)
}

function readTextFile(name: `${TextName}_FILE`, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // Such as `ENOENT: no such file or directory, open '/key.pem'`; not every error has the path.
    const [reason = ''] = error instanceof Error ? error.message.split(', ') : []
    const remedy = 'set it to the path of a file that the broker may read'
    throw invalidSetting(name, 'names a file that cannot be read', remedy, `: ${file} (${reason})`)
  }
}

const PEM_LABEL = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g
const PRIVATE_KEYS = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']

/**
 * Reads a private key as text. Parsing it costs more than the rest of a start, so that the first
 * signature does it; only what is plainly something else is refused here.
 * @throws {BrokerError} `config_invalid`
 */
export function readPrivateKey(
  name: 'BROKER_SIGNING_KEY' | 'BROKER_NEXT_SIGNING_KEY',
  environment: Environment,
): string | undefined {
  const text = readTextOrFile(name, environment)
  const found = text === undefined ? undefined : describeOther(text.trim())
  if (found === undefined) return text
  const variable = environment[name] ? name : `${name}_FILE`
  const problem = environment[name] ? `is ${found}` : `names a file that contains ${found}`
  const remedy = 'set it to a private key, RSA or P-256, as unencrypted PKCS #8 PEM or as JWK'
  const detail = environment[name] ? '' : `: ${environment[`${name}_FILE` as const]}`
  throw invalidSetting(variable, problem, remedy, detail)
}

/** @returns undefined for what may be a private key */
function describeOther(text: string): string | undefined {
  if (text.startsWith('{')) return describeJson(text)
  const labels = [...text.matchAll(PEM_LABEL)].map(([, label = '']) => label)
  if (labels.some((label) => PRIVATE_KEYS.includes(label)))
    return text.includes('Proc-Type: 4,ENCRYPTED') ? 'an encrypted private key' : undefined
  if (labels.includes('ENCRYPTED PRIVATE KEY')) return 'an encrypted private key'
  if (labels.includes('OPENSSH PRIVATE KEY')) return 'a key of OpenSSH, which is not PKCS #8'
  if (labels.some((label) => label.endsWith('PUBLIC KEY'))) return 'a public key'
  if (labels.includes('CERTIFICATE')) return 'a certificate without its key'
  return /^arn:aws/.test(text) ? 'an ARN; a KMS key belongs into BROKER_KMS_SIGNING_KEY' : 'no key'
}

function describeJson(text: string): string | undefined {
  try {
    const jwk: unknown = JSON.parse(text)
    if (!isObject(jwk)) return 'not a JWK'
    if (jwk.kty === 'oct') return 'a shared secret'
    if (Array.isArray(jwk.keys)) return 'a JWK Set, not one key'
    return jwk.d === undefined ? 'a JWK without its private part' : undefined
  } catch {
    // The parser's own message quotes the text, which is a secret.
    return 'not valid JSON'
  }
}
