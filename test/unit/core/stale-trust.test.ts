/** The index of trusts may be older than the documents: it finds tenants, and decides nothing. */
import { expect, it } from 'vitest'
import { createIssuerKey, decide } from './stale-trust-index.ts'

const [oldKey, newKey] = [await createIssuerKey(), await createIssuerKey()]

it('refuses a key that is in the index, but no longer in the document', async () => {
  const [before, after] = [oldKey.tenant(), newKey.tenant()]
  expect(await decide([before], [before], await oldKey.sign())).toBe('issue for acme')
  expect(await decide([before], [after], await oldKey.sign())).toBe('access_denied')
  expect(await decide([before], [after], await newKey.sign())).toBe('invalid_token')
})

it('applies the maximum age that the document has now', async () => {
  const [lax, strict] = [oldKey.tenant(), oldKey.tenant({ maxTokenAge: '1m' })]
  expect(await decide([lax], [strict], await oldKey.sign(10))).toBe('issue for acme')
  expect(await decide([lax], [strict], await oldKey.sign(600))).toBe('access_denied')
})

it('accepts no removed tenant, issuer or audience', async () => {
  const token = await oldKey.sign()
  const tenant = oldKey.tenant()
  expect(await decide([tenant], [], token)).toBe('access_denied')
  expect(await decide([tenant], [{ ...tenant, issuers: [] }], token)).toBe('access_denied')
  const other = oldKey.tenant({ audience: 'other' })
  expect(await decide([tenant], [other], token)).toBe('access_denied')
})

it('does not accept one tenant’s key for another', async () => {
  const both = [oldKey.tenant(), newKey.tenant({ name: 'beta' })]
  expect(await decide(both, both, await oldKey.sign())).toBe('issue for acme')
  expect(await decide(both, both, await oldKey.sign(), 'beta')).toBe('access_denied')
  expect(await decide(both, both, await newKey.sign(), 'beta')).toBe('issue for beta')
})

it('counts a tenant once that the index names under two profiles', async () => {
  const tenant = oldKey.tenant()
  const index = [tenant, oldKey.tenant({ maxTokenAge: '2h' })]
  expect(await decide(index, [tenant], await oldKey.sign())).toBe('issue for acme')
})
