/** Reads edited tenant documents again; a mistake keeps the last valid version in use. */
import { rename, writeFile } from 'node:fs/promises'
import type { CompiledTenant } from '@token-broker/core'
import { tenantsFile } from '@token-broker/core/document'
import { InvalidInput } from './startup-error.ts'

export interface Reloading {
  /** The documents as they are now. */
  readonly read: () => Promise<readonly CompiledTenant[]>
  /** The compiled file that the broker reads. */
  readonly file: string
  /** Gets the tenants before the broker does, so that their roles exist. */
  readonly apply: (tenants: readonly CompiledTenant[]) => void
  readonly log: (line: string) => void
}

/** @returns what reads the documents again */
export function createReloading(
  { read, file, apply, log }: Reloading,
  initial: readonly CompiledTenant[],
): () => Promise<void> {
  let used = initial
  return async () => {
    const tenants = await read().catch((error: unknown) => {
      if (!(error instanceof InvalidInput)) throw error
      log(`tenants: not reloaded, the last valid version stays in use:\n${error.message}`)
      return undefined
    })
    if (tenants === undefined) return
    const changes = changesOf(used, tenants)
    if (changes.length === 0) return
    apply(tenants)
    await writeTenants(file, tenants)
    used = tenants
    log(`tenants: reloaded: ${changes.join(', ')}`)
  }
}

/** A broker that reads at this moment reads the one file or the other, and no part of one. */
export async function writeTenants(
  file: string,
  tenants: readonly CompiledTenant[],
): Promise<void> {
  await writeFile(`${file}.new`, tenantsFile(tenants))
  await rename(`${file}.new`, file)
}

function changesOf(
  before: readonly CompiledTenant[],
  after: readonly CompiledTenant[],
): readonly string[] {
  const [old, now] = [byName(before), byName(after)]
  return [
    ...[...now].flatMap(([name, text]) => {
      const former = old.get(name)
      if (former === undefined) return [`${name} added`]
      return former === text ? [] : [`${name} changed`]
    }),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `${name} removed`),
  ]
}

function byName(tenants: readonly CompiledTenant[]): ReadonlyMap<string, string> {
  return new Map(tenants.map((tenant) => [tenant.tenant, JSON.stringify(tenant)]))
}
