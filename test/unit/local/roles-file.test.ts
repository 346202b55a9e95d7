/** What `--roles FILE` accepts, and that whatever the local STS would not evaluate is refused, naming the role. */
import { expect, test } from 'vitest'
import { parseRoles } from '../../../packages/local/src/roles-file.ts'

const ROLE = 'arn:aws:iam::111122223333:role/own'
const STATEMENT = {
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/id.example' },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { 'id.example:aud': 'app' } },
}
const roles = (statement: object, more: object = {}) => ({
  [ROLE]: { trustPolicy: { Version: '2012-10-17', Statement: [statement] }, ...more },
})

test('a trust policy with and without a longest duration, and a single statement outside a list', () => {
  expect(parseRoles(roles(STATEMENT))[ROLE]?.maxSessionDurationSeconds).toBe(43_200)
  expect(
    parseRoles(roles(STATEMENT, { maxSessionDuration: 7200 }))[ROLE]?.maxSessionDurationSeconds,
  ).toBe(7200)
  const single = { [ROLE]: { trustPolicy: { Version: '2012-10-17', Statement: STATEMENT } } }
  expect(parseRoles(single)).toEqual(parseRoles(roles(STATEMENT)))
})

test.each([
  ['no object', { [ROLE]: 'x' }],
  ['no trust policy', { [ROLE]: {} }],
  ['an unknown effect', roles({ ...STATEMENT, Effect: 'Maybe' })],
  ['a key that is not evaluated', roles({ ...STATEMENT, NotAction: 'sts:TagSession' })],
  ['a principal that is no provider', roles({ ...STATEMENT, Principal: { AWS: '*' } })],
  [
    'a condition of numbers',
    roles({ ...STATEMENT, Condition: { StringEquals: { 'id.example:aud': 1 } } }),
  ],
  ['a duration under an hour', roles(STATEMENT, { maxSessionDuration: 900 })],
])('%s is refused', (_, document) => {
  expect(() => parseRoles(document)).toThrow(ROLE)
})
