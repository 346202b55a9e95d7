/** The path of SST's platform, and whether its version is the one in the lock file. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')
export const PLATFORM = path.join(ROOT, '.sst/platform')

export function isPlatformInstalled(): boolean {
  const types = path.join(PLATFORM, 'config.d.ts')
  if (!existsSync(types)) return false
  const { version } = JSON.parse(
    readFileSync(path.join(ROOT, 'node_modules/sst/package.json'), 'utf8'),
  )
  return readFileSync(path.join(PLATFORM, 'version'), 'utf8').trim() === version
}
