/** The credentials of the owner of the local account, in a file that AWS tools read. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnerKey } from './local-aws/session-registry.ts'
import { InvalidInput, reasonOf } from './startup-error.ts'

/** The profile in the file. */
export const OWNER_PROFILE = 'local-owner'

interface OwnerCredentials {
  readonly key: OwnerKey
  /** Path of the file, which only this user of the machine can read. */
  readonly file: string
}

/**
 * Reads the file of an earlier run, or writes one with a new key.
 *
 * @param folder is created if it does not exist
 * @throws {InvalidInput} where the folder or the file in it cannot be used
 */
export async function ownerCredentials(folder: string): Promise<OwnerCredentials> {
  const file = join(folder, 'local-owner-credentials')
  const text =
    `[${OWNER_PROFILE}]\naws_access_key_id = AKIA${randomLetters(16)}\n` +
    `aws_secret_access_key = ${randomBytes(30).toString('base64')}\n`
  try {
    await mkdir(folder, { recursive: true })
    // The flag refuses to replace the file of an earlier run, and to follow a link.
    await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch(() => {})
    const kept = await readFile(file, 'utf8')
    const [, accessKeyId] = /^aws_access_key_id = (AKIA[A-Z2-7]{16})$/m.exec(kept) ?? []
    const [, secretAccessKey] = /^aws_secret_access_key = (\S{40})$/m.exec(kept) ?? []
    if (accessKeyId && secretAccessKey) return { key: { accessKeyId, secretAccessKey }, file }
  } catch (error) {
    throw new InvalidInput(
      `--data (BROKER_DATA): the folder ${folder} cannot be used (${reasonOf(error)})`,
    )
  }
  throw new InvalidInput(
    `${file}: expected the file of an earlier run; delete it, so that a new one is written`,
  )
}

function randomLetters(length: number): string {
  return [...randomBytes(length)]
    .map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31])
    .join('')
}
