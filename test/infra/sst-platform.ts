/** Where SST's platform lies, and whether it is the one that the lock file names. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')
export const PLATFORM = path.join(ROOT, '.sst/platform')

export function platformIsInstalled(): boolean {
  const types = path.join(PLATFORM, 'config.d.ts')
  if (!existsSync(types)) return false
  const { version } = JSON.parse(
    readFileSync(path.join(ROOT, 'node_modules/sst/package.json'), 'utf8'),
  )
  return readFileSync(path.join(PLATFORM, 'version'), 'utf8').trim() === version
}
