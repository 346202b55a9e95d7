/** The tenants of a file that the local runtime replaces while the broker runs. */
import { statSync } from 'node:fs'
import type { TenantSource } from './tenant-source.ts'

/**
 * Opens the file again after it was replaced; it is replaced by renaming a complete file. What
 * belongs to no document stays: sessions, identities and the keys of issuers.
 * @param open opens the file as it is now
 */
export function reloadTenants(filePath: string, open: () => TenantSource): TenantSource {
  let store = open()
  let opened = versionOf(filePath)
  const current = () => {
    const version = versionOf(filePath)
    if (version !== opened) [store, opened] = [open(), version]
    return store
  }
  return {
    findTrusts: async (issuer) => current().findTrusts(issuer),
    load: async (tenant) => current().load(tenant),
    findPool: async (id) => current().findPool(id),
    allowsOrigin: async (origin) => current().allowsOrigin(origin),
  }
}

/** Another file has another inode, also where the clock has not moved on. */
function versionOf(filePath: string): string {
  const { ino, mtimeMs } = statSync(filePath)
  return `${ino} ${mtimeMs}`
}
