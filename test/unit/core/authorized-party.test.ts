/** Which authorized parties a tenant accepts, for one audience and for several. */
import { expect, it } from 'vitest'
import { resolve, tenantOf } from './resolution.ts'

it.each([
  ['one audience without a party', {}, ['app'], [], true],
  ['one audience with any party', { azp: 'other' }, ['app'], [], true],
  ['several audiences without a party', {}, ['app', 'api'], [], false],
  ['several audiences with any party', { azp: 'other' }, ['app', 'api'], [], true],
  ['a listed party', { azp: 'web' }, ['app'], ['web', 'cli'], true],
  ['a listed party, for several audiences', { azp: 'cli' }, ['app', 'api'], ['web', 'cli'], true],
  ['a party that is not listed', { azp: 'other' }, ['app'], ['web', 'cli'], false],
  ['no party where some are listed', {}, ['app'], ['web', 'cli'], false],
  // Only azp counts where there is one, so the list is compared with nothing else.
  [
    'a listed client_id beside another azp',
    { azp: 'o', client_id: 'web' },
    ['app'],
    ['web'],
    false,
  ],
])('%s', async (_name, claims, audiences, authorizedParties, accepted) => {
  const { tenant, trace } = await resolve([tenantOf('acme', { authorizedParties })], {
    ...{ claims, audiences },
  })
  expect(tenant).toBe(accepted ? 'acme' : undefined)
  const check = 'tenant acme accepts the authorized party'
  expect(trace.find((one) => one.check === check)).toMatchObject({
    passed: accepted,
    expected:
      authorizedParties.length > 0
        ? JSON.stringify(authorizedParties)
        : 'one where aud has several values',
    found: 'azp' in claims ? claims.azp : '(absent)',
  })
})
