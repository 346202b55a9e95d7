/** The committed JSON Schema is the one that the definition makes. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { tenantJsonSchema } from '../../../packages/core/src/document/schema.ts'

it('tenant.schema.json is fresh: else run node packages/core/scripts/generate-tenant-schema.ts', () => {
  const file = new URL('../../../packages/core/tenant.schema.json', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(tenantJsonSchema())
})
