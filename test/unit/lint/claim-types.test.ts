/** Conditions that use a claim as another type than identity providers usually send. */
import { expect, it } from 'vitest'
import { documentWith, findingsOf, lintText } from './lint-text.ts'

const rule = (when: string) =>
  documentWith(`rules:\n  - { name: a, when: '${when}', grant: own }\n`)
const ofTypes = async (text: string) => {
  const findings = await lintText(text)
  return findings
    .filter(({ id }) => id === 'claim-type')
    .map(({ message, hint }) => ({ message, hint }))
}

it.each([
  [
    'claims.groups == "growers" || "admins" in claims.groups',
    'claims.groups is usually a list: == compares a list with a string, which are never equal',
    'for an item of a list, write: "growers" in claims.groups || "admins" in claims.groups',
  ],
  [
    'claims["cognito:groups"].contains("growers")',
    'claims.cognito:groups is usually a list: contains is not a method of a list',
    'for an item of a list, write: "growers" in claims["cognito:groups"]',
  ],
  [
    '"fruit:read" in claims.scope',
    'claims.scope is usually one text: in needs a list or a map on its right, not a string',
    'scopes are separated by spaces; write: "fruit:read" in claims.scope.split(" ")',
  ],
  [
    'claims.hd == 5',
    'claims.hd is usually one text: == compares a string with an int, which are never equal',
    'a text needs quotes; write: claims.hd == "5"',
  ],
])('%s is reported with what to write', async (when, message, hint) => {
  expect(await ofTypes(rule(when))).toEqual([{ message, hint }])
})

it.each([
  '"growers" in claims.groups',
  'claims.groups.exists(group, group.startsWith("grow"))',
  'size(claims.roles) > 0 && claims.roles[0] == "picker"',
  '"fruit:read" in claims.scope.split(" ")',
  'has(claims.name) && claims.name.startsWith("A")',
  'claims.team == "red" || "red" in claims.team',
])('%s is accepted', async (when) => {
  expect(await ofTypes(rule(when))).toEqual([])
})

it('is reported of an attribute and of a member condition too, and not of SAML', async () => {
  const found = (text: string) => findingsOf(documentWith(text))
  expect(found("attributes:\n  user: { from: claims.groups, pattern: '[a-z]{1,9}' }\n")).toEqual([
    'claim-type attributes.user.from',
  ])
  const issuer = (verify: string) =>
    '  - { issuer: https://id.orchard.example, audiences: [orchard-app], ' +
    `member: 'claims.groups == "growers"'${verify} }\n`
  expect(found(`issuers:\n${issuer('')}`)).toEqual(['claim-type issuers[0].member'])
  const saml = 'kind: saml, metadataUrl: https://a.example, recipients: [https://a.example]'
  expect(found(`issuers:\n${issuer(`, verify: { ${saml} }`)}`)).toEqual([
    'attribute-without-list rules[0].when',
  ])
})
