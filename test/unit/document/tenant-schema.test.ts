/** The committed JSON Schema is the one that is generated from the definition. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tenantJsonSchema } from '../../../packages/core/src/document/schema.ts'

it('tenant.schema.json is up to date; if it is not, run npm run schema', () => {
  const file = new URL('../../../packages/core/tenant.schema.json', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(tenantJsonSchema())
})
