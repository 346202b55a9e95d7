/** The shape of `verify` for issuers of SAML 2.0 assertions. */
import * as z from 'zod/mini'
import { MAX_POLICY_CHARACTERS } from '../../model/sts-limits.ts'

/** More make each forged assertion expensive: all of them are tried. */
const MAX_CERTIFICATES = 10
const MAX_CERTIFICATE_CHARACTERS = 8192

/** Of one entity, with several certificates and a signature. */
const MAX_METADATA_CHARACTERS = 65_536

const text = z.string().check(z.minLength(1), z.maxLength(MAX_POLICY_CHARACTERS))
const certificates = z
  .array(z.string().check(z.maxLength(MAX_CERTIFICATE_CHARACTERS)))
  .check(z.minLength(1), z.maxLength(MAX_CERTIFICATES))

export const samlVerification = z.strictObject({
  kind: z.literal('saml'),
  metadataUrl: z.optional(text),
  metadata: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_METADATA_CHARACTERS))),
  metadataCertificates: z.optional(certificates),
  certificates: z.optional(certificates),
  recipients: z.array(text).check(z.minLength(1)),
  multiValued: z.optional(z.array(text)),
  principalArn: z.optional(text),
})
