/** A document with nothing but guests has no issuers and no rules; every other one has both. */
import { compileTenant } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { POOL_ID } from '../../fixtures/pool-document.ts'

const DOCUMENT = {
  tenant: 'monitoring',
  issuers: [] as object[],
  rules: [] as object[],
  grants: { guest: { role: 'arn:aws:iam::111122223333:role/guest', policy: [] } },
  identityPools: [{ id: POOL_ID, secret: 'ids', guests: { enabled: true, grant: 'guest' } }],
}
const problemsOf = (document: object) =>
  compileTenant(JSON.stringify(document), 'monitoring.json').errors.map(
    ({ path, message }) => `${path}: ${message}`,
  )

it('compiles', () => {
  expect(problemsOf(DOCUMENT)).toEqual([])
})

it('compiles while the guests are switched off', () => {
  const guests = { enabled: false, grant: 'guest' }
  expect(
    problemsOf({ ...DOCUMENT, identityPools: [{ id: POOL_ID, secret: 'ids', guests }] }),
  ).toEqual([])
})

it.each([
  [
    'a pool without guests',
    [{ id: POOL_ID, secret: 'ids', linking: true, developerProvider: 'x' }],
  ],
  ['no pool', undefined],
])('needs issuers and rules with %s', (_, identityPools) => {
  expect(problemsOf({ ...DOCUMENT, identityPools })).toEqual(
    expect.arrayContaining(['issuers: the value is empty', 'rules: the value is empty']),
  )
})

it('needs rules for its issuers, where it has any', () => {
  const issuers = [{ issuer: 'https://id.example', audiences: ['app'] }]
  const { identityPools: _, ...document } = DOCUMENT
  expect(problemsOf({ ...document, issuers })).toContain('rules: the value is empty')
})
