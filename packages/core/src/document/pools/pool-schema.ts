/** The shape of an identity pool in a tenant document. */
import * as z from 'zod/mini'
import { MAX_POOL_ID_CHARACTERS, POOL_ID_PATTERN, ROLE_MATCHES } from '../../model/identity-pool.ts'
import { secretName } from '../issuers/opaque-verification.ts'
import { duration, grantName, issuerName, releasedAudience, text } from '../schema-values.ts'

export const MAX_POOLS = 20
const MAX_NEW_GUESTS = 10_000
/** Limits of Amazon Cognito, which are those of what its clients can send and show. */
const MAX_PROVIDER_CHARACTERS = 128
const MAX_MAPPING_RULES = 400
/** Of one provider: two spellings of its name, and one for tokens of another kind. */
const MAX_ISSUERS = 5
const MAX_CLAIM_CHARACTERS = 64
const MAX_CLAIM_VALUE_CHARACTERS = 128
/** Objects of JavaScript would move a name of digits to the front, and the first login decides. */
const PROVIDER = new RegExp(`^(?=.*\\D)[\\w.:/~%@+-]{1,${MAX_PROVIDER_CHARACTERS}}$`)

const poolId = z
  .string()
  .check(
    z.maxLength(MAX_POOL_ID_CHARACTERS),
    z.regex(
      new RegExp(`^${POOL_ID_PATTERN}$`),
      'write the Region, a colon and a UUID in lower case, such as ' +
        'eu-central-1:00000000-0000-0000-0000-000000000000',
    ),
  )

const providerName = z
  .string()
  .check(
    z.regex(
      PROVIDER,
      'write the name of the provider as clients send it in Logins, such as accounts.google.com',
    ),
  )

const guestsSchema = z.strictObject({
  enabled: z.boolean(),
  grant: grantName,
  newPerAddressPerHour: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_NEW_GUESTS))),
})

const mappingRuleSchema = z.strictObject({
  claim: z.string().check(z.minLength(1), z.maxLength(MAX_CLAIM_CHARACTERS)),
  match: z.enum(ROLE_MATCHES),
  value: z.string().check(z.minLength(1), z.maxLength(MAX_CLAIM_VALUE_CHARACTERS)),
  role: text,
})

const roleMappingSchema = z.strictObject({
  type: z.enum(['token', 'rules']),
  ambiguous: z.enum(['authenticated-role', 'deny']),
  rules: z.optional(
    z.array(mappingRuleSchema).check(z.minLength(1), z.maxLength(MAX_MAPPING_RULES)),
  ),
})

const classicFlowSchema = z.strictObject({ audience: releasedAudience })

export const poolSchema = z.strictObject({
  id: poolId,
  secret: secretName,
  logins: z.optional(
    z.record(
      providerName,
      z.union([issuerName, z.array(issuerName).check(z.minLength(1), z.maxLength(MAX_ISSUERS))]),
    ),
  ),
  guests: z.optional(guestsSchema),
  linking: z.optional(z.boolean()),
  formerPool: z.optional(poolId),
  merging: z.optional(z.boolean()),
  upgrade: z.optional(z.enum(['separate', 'adopt'])),
  adoptWithin: z.optional(duration),
  classicFlow: z.optional(classicFlowSchema),
  developerProvider: z.optional(
    z.string().check(z.regex(/^[\w.-]{1,128}$/, 'write at most 128 letters, digits and _ . -')),
  ),
  roleMappings: z.optional(z.record(providerName, roleMappingSchema)),
  authenticatedRole: z.optional(text),
})

export type PoolDocument = z.infer<typeof poolSchema>
export type RoleMappingDocument = z.infer<typeof roleMappingSchema>
