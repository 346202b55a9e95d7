/** Writes `tenant.schema.json`, which editors check tenant documents with. */
import { writeFileSync } from 'node:fs'
import { tenantJsonSchema } from '../src/document/schema.ts'

writeFileSync(new URL('../tenant.schema.json', import.meta.url), tenantJsonSchema())
