/** What `--roles FILE` accepts; the error for anything else names the role. */
import { expect, it } from 'vitest'
import { parseRoles } from '../../../packages/local/src/roles-file.ts'
import { codeBlocks, readPage, sectionOf } from '../../docs/markdown.ts'

const ROLE = 'arn:aws:iam::111122223333:role/own'
const STATEMENT = {
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/id.example' },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { 'id.example:aud': 'app' } },
}
const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::files/*' }

it('accepts a trust policy with or without a duration, and a statement outside a list', () => {
  expect(parseRoles(roles(STATEMENT))[ROLE]?.maxSessionDurationSeconds).toBe(43_200)
  expect(
    parseRoles(roles(STATEMENT, { maxSessionDuration: 7200 }))[ROLE]?.maxSessionDurationSeconds,
  ).toBe(7200)
  const single = { [ROLE]: { trustPolicy: { Version: '2012-10-17', Statement: STATEMENT } } }
  expect(parseRoles(single)).toEqual(parseRoles(roles(STATEMENT)))
})

it('reads the policy of a role, which has none by default', () => {
  const policy = { Version: '2012-10-17', Statement: READ }
  expect(parseRoles(roles(STATEMENT, { policy }))[ROLE]?.policy).toEqual([READ])
  expect(parseRoles(roles(STATEMENT))[ROLE]).not.toHaveProperty('policy')
})

it('accepts the example of the documentation', () => {
  const section = sectionOf(readPage('packages/local/README.md'), '### Roles')
  const [role, ...others] = Object.values(
    parseRoles(JSON.parse(codeBlocks(section, 'json')[0] ?? '')),
  )
  expect(role?.policy).toHaveLength(1)
  expect(others).toEqual([])
})

it('names the place of a problem in a policy', () => {
  const policy = { Statement: [READ, { ...READ, Condition: { StringSimilar: {} } }] }
  expect(() => parseRoles(roles(STATEMENT, { policy }))).toThrow(
    `${ROLE}: policy.Statement[1].Condition.StringSimilar: `,
  )
})

it.each([
  ['a role that is not an object', { [ROLE]: 'x' }],
  ['a role without a trust policy', { [ROLE]: {} }],
  ['an unknown effect', roles({ ...STATEMENT, Effect: 'Maybe' })],
  ['a key that is not evaluated', roles({ ...STATEMENT, NotAction: 'sts:TagSession' })],
  ['a principal that is not a provider', roles({ ...STATEMENT, Principal: { AWS: '*' } })],
  [
    'a condition with a number',
    roles({ ...STATEMENT, Condition: { StringEquals: { 'id.example:aud': 1 } } }),
  ],
  ['an unknown field', roles(STATEMENT, { permissions: { Statement: [] } })],
  ['a policy that is not an object', roles(STATEMENT, { policy: 's3:*' })],
  [
    'a policy with an unknown field',
    roles(STATEMENT, { policy: { Statement: [], Allow: 's3:*' } }),
  ],
  [
    'a policy with a principal',
    roles(STATEMENT, { policy: { Statement: { ...READ, Principal: '*' } } }),
  ],
  ['a duration under an hour', roles(STATEMENT, { maxSessionDuration: 900 })],
])('refuses %s', (_, document) => {
  expect(() => parseRoles(document)).toThrow(ROLE)
})

function roles(statement: object, more: object = {}) {
  return { [ROLE]: { trustPolicy: { Version: '2012-10-17', Statement: [statement] }, ...more } }
}
