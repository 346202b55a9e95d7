/** Writes `tenant.schema.json`, with which editors check tenant documents. */
import { writeFileSync } from 'node:fs'
import { tenantJsonSchema } from '../src/document/schema.ts'

writeFileSync(new URL('../tenant.schema.json', import.meta.url), tenantJsonSchema())
