/** The deployable file: offsets in bytes, equal profiles merged. */
import { expect, it } from 'vitest'
import { compileTenants, tenantsFile } from '../../../packages/core/src/compile/index.ts'
import { EXAMPLE } from './example-document.ts'

it('finds each tenant by byte offset, and merges equal profiles', () => {
  const first = EXAMPLE.replace('support staff', 'süppört staff').replace(
    'kind: jwt',
    'kind: jwt }\n    prefetch: true #',
  )
  const second = EXAMPLE.replace('tenant: acme', 'tenant: beta\nallowedOrigins: [https://b.example]')
  const { tenants, errors } = compileTenants([
    { file: 'a', text: first },
    { file: 'b', text: second },
  ])
  expect(errors).toEqual([])
  const file = Buffer.from(tenantsFile(tenants))
  const end = file.indexOf('\n')
  const index = JSON.parse(file.subarray(0, end).toString())
  const rest = file.subarray(end + 1)
  for (const tenant of tenants) {
    const [offset, length] = index.tenants[tenant.tenant]
    expect(JSON.parse(rest.subarray(offset, offset + length).toString())).toEqual(tenant)
  }
  expect(index.version).toBe(1)
  expect(index.origins).toEqual({ 'https://b.example': 1 })
  expect(index.prefetch).toEqual([tenants[0]?.issuers[0]?.profile])
  const audiences = ['acme-mobile', 'acme-web']
  expect(index.issuers).toEqual({
    'https://id.acme.example': [
      { profile: tenants[0]?.issuers[0]?.profile, tenants: { acme: audiences, beta: audiences } },
    ],
  })
})
