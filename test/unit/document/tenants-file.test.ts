/** The deployable file of tenants: places in bytes, and equal profiles merged. */
import { bucketName, bucketOf, DIRECTORY_LINE_BYTES, readDirectoryLine } from '@token-broker/core'
import { expect, it } from 'vitest'
import { compileTenants, tenantsFile } from '../../../packages/core/src/document/index.ts'
import { EXAMPLE } from './example-document.ts'

it('contains the value of each name at its place, and merges equal profiles', () => {
  const first = EXAMPLE.replace('support staff', 'süppört staff').replace(
    'kind: jwt',
    'kind: jwt }\n    prefetch: true #',
  )
  const second = exampleOf('beta').replace(
    'tenant: beta',
    'tenant: beta\nallowedOrigins: [https://b.example]',
  )
  const more = Array.from({ length: 30 }, (_, index) => exampleOf(`more-${index}`))
  const { tenants, errors } = compileTenants(
    [first, second, ...more].map((text, index) => ({ file: `${index}`, text })),
  )
  expect(errors).toEqual([])
  const file = Buffer.from(tenantsFile(tenants))
  const end = file.indexOf('\n')
  const header = JSON.parse(file.subarray(0, end).toString())
  const at = (offset: number, length: number) =>
    file.subarray(end + 1 + offset, end + 1 + offset + length).toString()
  const find = (kind: 'tenant' | 'issuer' | 'origin', name: string) => {
    const key = bucketName(kind, name)
    const line = at(bucketOf(key, header.buckets) * DIRECTORY_LINE_BYTES, DIRECTORY_LINE_BYTES)
    const bucket = JSON.parse(at(...(readDirectoryLine(line) ?? [0, 0])))
    return bucket[key] && JSON.parse(at(...(bucket[key] as [number, number])))
  }
  expect(header.version).toBe(4)
  expect(header.buckets).toBeGreaterThan(3)
  expect(header.prefetch).toEqual([tenants[0]?.issuers[0]?.profile])
  for (const tenant of tenants) expect(find('tenant', tenant.tenant)).toEqual(tenant)
  expect(find('tenant', 'gamma')).toBeUndefined()
  expect(find('origin', 'https://b.example')).toBe(true)
  const audiences = ['acme-mobile', 'acme-web']
  expect(find('issuer', 'https://id.acme.example')).toEqual([
    {
      profile: tenants[0]?.issuers[0]?.profile,
      tenants: Object.fromEntries(
        tenants.map(({ tenant }) => [
          tenant,
          { audiences, requires: { claim: ['org'], value: tenant } },
        ]),
      ),
    },
  ])
})

/** The example as the document of another tenant, whose callers belong to another organization. */
function exampleOf(tenant: string): string {
  return EXAMPLE.replace('tenant: acme', `tenant: ${tenant}`).replace(
    'claims.org == "acme"',
    `claims.org == "${tenant}"`,
  )
}
