/** What the local runtime keeps in a folder between its runs: identities, and what derives them. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInput, reasonOf } from './startup-error.ts'

/**
 * Settings of the broker. Identities belong to the secret of their pool, so the one of the sample
 * pool is kept beside them.
 * @param folder undefined: both are lost at the end
 * @param hasTable identities are in a table instead
 * @throws {InvalidInput} where the folder cannot be used
 */
export async function identitySettings(
  folder: string | undefined,
  hasTable: boolean,
): Promise<Record<string, string>> {
  const secret = randomBytes(32).toString('hex')
  if (folder === undefined || hasTable) return { BROKER_SECRET_DEMO_POOL: secret }
  const secretFile = join(folder, 'demo-pool-secret')
  try {
    await mkdir(folder, { recursive: true })
    // The flag refuses to replace the file of an earlier run.
    await writeFile(secretFile, secret, { flag: 'wx', mode: 0o600 }).catch(() => {})
    return {
      BROKER_SECRET_DEMO_POOL: await readFile(secretFile, 'utf8'),
      BROKER_IDENTITIES_FILE: join(folder, 'identities.jsonl'),
    }
  } catch (error) {
    throw new InvalidInput(
      `--data (BROKER_DATA): the folder ${folder} cannot be used (${reasonOf(error)})`,
    )
  }
}
