/** A tenant document, and `token-broker test` run with tests of its rules. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runHere } from './run-cli.ts'

export const TESTED_DOCUMENT = `
tenant: acme
issuers: [{ issuer: https://idp.example, audiences: [app] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: staff, when: claims.role == "staff", grant: files }, { name: all, grant: drafts }]
grants:
  files:
    role: arn:aws:iam::111122223333:role/files
    sessionTags: { user: '{{user}}' }
    sourceIdentity: '{{user}}'
    policy:
      - { Sid: Own, Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::d/{{user}}/*' }
      - { Sid: Keys, Effect: Deny, Action: 's3:*', Resource: 'arn:aws:s3:::d/*/keys/*' }
  drafts:
    role: arn:aws:iam::111122223333:role/drafts
    policy:
      - { Effect: Allow, Action: s3:PutObject, Resource: 'arn:aws:s3:::drafts/{{user}}/*' }
`
export const STAFF = { sub: 'alice', role: 'staff' }
let folders = 0

/** @returns the file with the tests, beside the document */
export function writeRuleTests(tests: unknown, document = TESTED_DOCUMENT): string {
  const folder = path.join(makeTemporaryFolder(), String(folders++))
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'acme.yaml'), document)
  const file = path.join(folder, 'acme.test.json')
  writeFileSync(file, typeof tests === 'string' ? tests : JSON.stringify({ tests }))
  return file
}

/** One test of a caller, by default of the staff. */
export const testOf = (expect: object, claims: object = STAFF, others: object = {}) => [
  { name: 'one', claims, ...others, expect },
]
/** In this process, with a new file of these tests. */
export const runTests = (tests: unknown, ...options: string[]) =>
  runHere(['test', writeRuleTests(tests), ...options])
