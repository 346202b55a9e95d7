/** Whether a rule's grant is the one that the caller requests. */
import { expect, it } from 'vitest'
import { findRequested } from '../../../packages/core/src/decide/requested-grant.ts'
import { GRANT } from './rendered-plan.ts'

const GRANTS = { read: GRANT, write: { ...GRANT, roleArn: `${GRANT.roleArn}-other` } }
const ROLE = GRANT.roleArn

it.each<[object, string, boolean]>([
  [{}, 'read', true],
  [{ grant: 'read' }, 'read', true],
  [{ grant: 'write' }, 'read', false],
  [{ roleArn: ROLE }, 'read', true],
  [{ roleArn: ROLE }, 'write', false],
  [{ grant: 'read', roleArn: ROLE }, 'read', true],
  [{ grant: 'read', roleArn: `${ROLE}-other` }, 'read', false],
  [{ grant: '' }, 'read', false],
  // A stored document whose rule leads to a grant that does not exist.
  [{}, 'missing', false],
  [{ grant: 'missing' }, 'missing', false],
  [{ roleArn: ROLE }, 'missing', false],
])('a request of %j is for the grant %s: %s', (requested, name, isRequested) => {
  const found = findRequested({ grant: undefined, ...requested }, name, GRANTS)
  expect(found).toBe(isRequested ? GRANTS.read : undefined)
})
