/** What forgets a session that could be returned again, and which sessions never are. */
import { hash } from 'node:crypto'
import type { CompiledTenant, Dependencies } from '@token-broker/core'
import { createSessionReuse } from '@token-broker/core/session-reuse'
import { expect, it } from 'vitest'
import { ASSUMED, createRequestPath, TENANTS } from './run-request.ts'

const LATER = { ...ASSUMED, accessKeyId: 'ASIA2' }

/** Two requests for the same decision; `between` happens after the first. */
async function requestTwice({
  change = (tenant: CompiledTenant) => tenant,
  between = () => {},
  ports = {},
}: {
  change?: (tenant: CompiledTenant) => CompiledTenant
  between?: () => void
  ports?: Partial<Dependencies>
} = {}) {
  const issued: Awaited<ReturnType<Dependencies['sts']['assumeRoleWithWebIdentity']>>[] = []
  const reuse = createSessionReuse({
    now: () => 1_500_000,
    monotonicNs: () => 0n,
    digest: (text) => hash('sha256', text),
    networkOf: (address) => address,
  })
  const path = createRequestPath({
    tenants: {
      ...TENANTS,
      load: async (name) => change(reusing((await TENANTS.load(name)) as CompiledTenant)),
    },
    sts: {
      assumeRoleWithWebIdentity: async () => {
        issued.push(issued.length === 0 ? ASSUMED : LATER)
        return issued.length === 1 ? ASSUMED : LATER
      },
    },
    openReuse: async () => reuse,
    ...ports,
  })
  await path.issue()
  between()
  const second = await path.issue()
  const { accessKeyId } = 'credentials' in second ? second.credentials : LATER
  return { accessKeyId, path }
}

function reusing(tenant: CompiledTenant): CompiledTenant {
  const { read } = tenant.grants
  return { ...tenant, grants: { ...tenant.grants, ...(read && { read: again(read) }) } }
}

const again = <Grant extends object>(grant: Grant) => ({ ...grant, reuseSeconds: 300 })

function certified(tenant: CompiledTenant, documentSha256: string): CompiledTenant {
  const { certificate } = tenant
  if (!certificate) throw new Error('The tenant has no certificate.')
  return { ...tenant, certificate: { ...certificate, documentSha256 } }
}

it('is returned again where nothing changes, without a signature or a call of STS', async () => {
  const { accessKeyId, path } = await requestTwice()
  expect(accessKeyId).toBe('ASIA1')
  expect(path.calls).toEqual(['verify', 'sign', 'audit', 'verify', 'audit'])
  expect(path.records.map(({ reusedFrom }) => reusedFrom)).toEqual([undefined, 'request-1'])
})

it('is not even looked for where the grant does not say so', async () => {
  const change = (tenant: CompiledTenant) => {
    const { reuseSeconds: _, ...read } = tenant.grants.read ?? {}
    return { ...tenant, grants: { ...tenant.grants, read } } as CompiledTenant
  }
  const openReuse = () => Promise.reject(new Error('nothing is to be reused'))
  const { accessKeyId, path } = await requestTwice({ change, ports: { openReuse } })
  expect(accessKeyId).toBe('ASIA2')
  expect(path.records.map(({ outcome }) => outcome)).toEqual(['issued', 'issued'])
})

it('is forgotten where the document of the tenant changes', async () => {
  let documentSha256 = 'a'
  const { accessKeyId } = await requestTwice({
    change: (tenant) => certified(tenant, documentSha256),
    between: () => {
      documentSha256 = 'b'
    },
  })
  expect(accessKeyId).toBe('ASIA2')
})

it('is forgotten where the signing key rotates', async () => {
  let keyId = 'key-1'
  const signer = { keyId: async () => keyId, sign: async () => 'minted' }
  const { accessKeyId } = await requestTwice({
    ports: { signer },
    between: () => {
      keyId = 'key-2'
    },
  })
  expect(accessKeyId).toBe('ASIA2')
})

it('is not returned again where it is not known which document decided', async () => {
  const change = ({ certificate: _, ...tenant }: CompiledTenant) => tenant
  expect((await requestTwice({ change })).accessKeyId).toBe('ASIA2')
})

it('is not returned again where nothing keeps sessions', async () => {
  const broker = createRequestPath({
    tenants: {
      ...TENANTS,
      load: async (name) => reusing((await TENANTS.load(name)) as CompiledTenant),
    },
  })
  await broker.issue()
  await broker.issue()
  expect(broker.assumedWith).toHaveLength(2)
})

it('is not returned again where GetCallerIdentity does not know it', async () => {
  let calls = 0
  const assumeRoleWithWebIdentity = async () => {
    calls += 1
    return { ...ASSUMED, identityFailure: 'the table is not responding' }
  }
  const { path } = await requestTwice({ ports: { sts: { assumeRoleWithWebIdentity } } })
  expect(calls).toBe(2)
  expect(path.records[1]).toMatchObject({ identityFailure: 'the table is not responding' })
  expect(path.records[1]?.reusedFrom).toBeUndefined()
})
