/** The secrets of the game: of its two pools, and of its app at Facets. */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInput } from '../startup-error.ts'

/** By the names in the tenant document. */
export type GameSecrets = Readonly<Record<(typeof NAMES)[number], string>>

const NAMES = ['game-pool', 'board-pool', 'facebook-app'] as const
const FILE = 'game-secrets.json'

/**
 * What players stored belongs to the ids that the pools' secrets derive, so the secrets are kept
 * beside it.
 * @param folder undefined: they are lost at the end
 * @throws {InvalidInput} where the folder cannot be used
 */
export async function readGameSecrets(folder: string | undefined): Promise<GameSecrets> {
  const created = secretsFrom(() => randomBytes(32).toString('hex'))
  if (folder === undefined) return created
  const file = join(folder, FILE)
  try {
    await mkdir(folder, { recursive: true })
    // The flag refuses to replace the file of an earlier run.
    await writeFile(file, JSON.stringify(created), { flag: 'wx', mode: 0o600 }).catch(() => {})
    const stored: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'))
    return secretsFrom((name) => {
      const secret = stored[name]
      if (typeof secret !== 'string' || secret.length < 32) throw new Error(name)
      return secret
    })
  } catch {
    throw new InvalidInput(`--data: the file ${FILE} in ${folder} cannot be used`)
  }
}

/** As environment variables of the broker. */
export function secretSettings(secrets: GameSecrets): Record<string, string> {
  return Object.fromEntries(
    NAMES.map((name) => [
      `BROKER_SECRET_${name.toUpperCase().replaceAll('-', '_')}`,
      secrets[name],
    ]),
  )
}

function secretsFrom(secretOf: (name: string) => string): GameSecrets {
  return {
    'game-pool': secretOf('game-pool'),
    'board-pool': secretOf('board-pool'),
    'facebook-app': secretOf('facebook-app'),
  }
}
