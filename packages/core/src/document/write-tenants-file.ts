/** Writes the deployable file of compiled tenants; `tenants-file-layout.ts` says how it is laid out. */
import type { CompiledTenant } from '../model/compiled-tenant.ts'
import {
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  directoryLine,
  type Place,
  TENANTS_FILE_VERSION,
  type TenantsFileHeader,
} from '../model/tenants-file-layout.ts'
import { prefetchedProfiles, trustsByIssuer } from './trusts.ts'

const NAMES_A_BUCKET = 8

export function tenantsFile(tenants: readonly CompiledTenant[]): string {
  const entries = [...entriesOf(tenants)]
  const header: TenantsFileHeader = {
    version: TENANTS_FILE_VERSION,
    buckets: Math.max(1, Math.ceil(entries.length / NAMES_A_BUCKET)),
    prefetch: prefetchedProfiles(tenants),
  }
  const buckets = Array.from({ length: header.buckets }, (): Record<string, Place> => ({}))
  const lines: string[] = []
  let end = header.buckets * DIRECTORY_LINE_BYTES
  const append = (value: unknown): Place => {
    const line = JSON.stringify(value)
    const place: Place = [end, Buffer.byteLength(line)]
    lines.push(line)
    end += place[1] + 1
    return place
  }
  for (const [name, value] of entries) {
    const place = append(value)
    const bucket = buckets[bucketOf(name, header.buckets)]
    if (bucket) bucket[name] = place
  }
  const directory = buckets.map((bucket) => directoryLine(append(bucket))).join('')
  return `${JSON.stringify(header)}\n${directory}${lines.join('\n')}\n`
}

function* entriesOf(tenants: readonly CompiledTenant[]): Generator<[name: string, value: unknown]> {
  for (const tenant of tenants) yield [bucketName('tenant', tenant.tenant), tenant]
  for (const [issuer, trusts] of trustsByIssuer(tenants))
    yield [bucketName('issuer', issuer), trusts]
  const origins = new Set(tenants.flatMap(({ allowedOrigins }) => allowedOrigins))
  for (const origin of origins) yield [bucketName('origin', origin), true]
}
