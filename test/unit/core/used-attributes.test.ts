/** Which attributes of a document a grant reads. */
import { expect, it } from 'vitest'
import {
  attributesOfGrant,
  findUsedAttributes,
} from '../../../packages/core/src/policy/used-attributes.ts'

const GRANT = {
  role: 'arn:aws:iam::111122223333:role/app',
  durationSeconds: 900,
  sessionName: 'x-{{name}}',
  sessionTags: { team: '{{team}}', fixed: 'a' },
  statements: [
    { Effect: 'Allow' as const, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' },
  ],
}

it('a grant reads those in its statements, session name, tags and source identity', () => {
  expect([...findUsedAttributes(GRANT)].sort()).toEqual(['name', 'team', 'user'])
  const named = { ...GRANT, sourceIdentity: '{{source}}' }
  expect([...findUsedAttributes(named)].sort()).toEqual(['name', 'source', 'team', 'user'])
  expect([...findUsedAttributes({ ...GRANT, statements: [] })].sort()).toEqual(['name', 'team'])
})

it('they are found once for a grant', () => {
  const grant = structuredClone(GRANT) as unknown as Parameters<typeof attributesOfGrant>[0]
  expect(attributesOfGrant(grant)).toEqual(findUsedAttributes(grant))
  expect(attributesOfGrant(grant)).toBe(attributesOfGrant(grant))
})
