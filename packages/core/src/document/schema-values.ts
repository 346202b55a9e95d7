/** Shapes of single values that several parts of a tenant document share. */
import * as z from 'zod/mini'
import { GRANT_NAME_PATTERN } from '../model/names.ts'
import { MAX_POLICY_CHARACTERS } from '../model/sts-limits.ts'
import { DURATION } from './field-values.ts'

/** STS limits the whole policy, and so each part of it. */
export const text = z.string().check(z.minLength(1), z.maxLength(MAX_POLICY_CHARACTERS))

// The text after each pattern is the hint of its error: it says what to write.
export const grantName = z
  .string()
  .check(
    z.regex(
      new RegExp(`^${GRANT_NAME_PATTERN}$`),
      'write at most 64 letters, digits, _ and -, beginning with a letter',
    ),
  )

export const duration = z
  .string()
  .check(z.regex(DURATION, 'write a duration such as 15m, 1h or 1h30m'))

export const releasedAudience = z
  .string()
  .check(z.regex(/^[\w.:/-]{1,255}$/, 'write at most 255 letters, digits and _ . : / -'))

/** The limit of IAM for the URL of an identity provider. */
export const issuerName = z.string().check(z.minLength(1), z.maxLength(255))
