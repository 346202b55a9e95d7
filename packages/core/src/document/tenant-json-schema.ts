/** The JSON Schema of tenant documents (draft 2020-12), which editors show and check. */
import * as z from 'zod/mini'
import { describeSchema } from './descriptions/describe-schema.ts'
import { tenantSchema } from './schema.ts'

/** From the definition with which documents are parsed, with descriptions and examples. */
export function tenantJsonSchema(): string {
  const schema = z.toJSONSchema(tenantSchema, { target: 'draft-2020-12', io: 'input' })
  const described = describeSchema({ title: 'Tenant of the token broker', ...schema })
  return `${JSON.stringify(described, null, 2)}\n`
}
