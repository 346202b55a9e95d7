/** Writes the JSON Schemas with which editors check tenant documents and their rule tests. */
import { writeFileSync } from 'node:fs'
import { ruleTestsJsonSchema } from '../src/document/rule-tests/rule-test-schema.ts'
import { tenantJsonSchema } from '../src/document/tenant-json-schema.ts'

writeFileSync(new URL('../tenant.schema.json', import.meta.url), tenantJsonSchema())
writeFileSync(new URL('../rule-tests.schema.json', import.meta.url), ruleTestsJsonSchema())
