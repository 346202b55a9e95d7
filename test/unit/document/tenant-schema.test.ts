/** The committed JSON Schemas are those that are generated from the definitions. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ruleTestsJsonSchema } from '../../../packages/core/src/document/rule-tests/rule-test-schema.ts'
import { tenantJsonSchema } from '../../../packages/core/src/document/tenant-json-schema.ts'

it.each([
  ['tenant.schema.json', tenantJsonSchema],
  ['rule-tests.schema.json', ruleTestsJsonSchema],
])('%s is up to date; if it is not, run npm run schema', (name, generate) => {
  const file = new URL(`../../../packages/core/${name}`, import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(generate())
})
