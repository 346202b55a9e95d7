/** The shape of `verify` for issuers of opaque tokens, by `kind`. */
import * as z from 'zod/mini'
import { SECRET_NAME_PATTERN } from '../../model/names.ts'
import { text } from '../schema-values.ts'

export const secretName = z
  .string()
  .check(
    z.regex(
      new RegExp(`^${SECRET_NAME_PATTERN}$`),
      'write the name of the secret, not the secret: at most 64 letters, digits, _ and -, ' +
        'beginning with a letter',
    ),
  )

const introspectionClient = {
  url: text,
  clientId: text,
  clientSecret: secretName,
  method: z.optional(z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt'])),
}

const introspection = z.strictObject({ kind: z.literal('introspection'), ...introspectionClient })

const userInfo = z.strictObject({
  kind: z.literal('userinfo'),
  url: text,
  introspection: z.optional(z.strictObject(introspectionClient)),
  singleApplication: z.optional(z.literal(true)),
})

const webhook = z.strictObject({ kind: z.literal('webhook'), url: text, secret: secretName })

const amazon = z.strictObject({ kind: z.literal('login-with-amazon'), url: z.optional(text) })
const ownApp = { url: z.optional(text), clientId: text, clientSecret: secretName }
const facebook = z.strictObject({ kind: z.literal('facebook'), ...ownApp })
const github = z.strictObject({ kind: z.literal('github'), ...ownApp })

export const OPAQUE_VERIFICATIONS = [
  ...[introspection, userInfo, webhook],
  ...[amazon, facebook, github],
] as const
