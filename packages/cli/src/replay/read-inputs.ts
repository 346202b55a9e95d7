/** Reads the inputs of a recorded decision. Logs are not trusted: what is malformed is no input. */
import type { DecidedToken, DecisionInputs, PoolIdentity } from '@token-broker/core'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { isRecordObject, type WrittenRecord } from '../audit/read-record.ts'

/** Why a record cannot be decided again. */
export type MissingInputs = 'absent' | 'too large' | 'unavailable' | 'malformed'

type Fields = DecisionInputs['request']

const KINDS = ['jwt', 'saml', 'opaque', 'pool'] as const
const TEXTS = ['tenant', 'grant', 'roleArn', 'principalArn', 'sessionPolicy', 'issuer'] as const
const LISTS = ['statements', 'policyArns'] as const

export function readInputs({ inputs }: WrittenRecord): DecisionInputs | MissingInputs {
  if (inputs === undefined) return 'absent'
  if (inputs === 'too large' || inputs === 'unavailable') return inputs
  try {
    return isRecordObject(inputs) ? parseInputs(inputs) : 'malformed'
  } catch {
    return 'malformed'
  }
}

function parseInputs(written: Readonly<Record<string, unknown>>): DecisionInputs {
  const { endpoint, request, token, actor, pool } = written
  return {
    endpoint: textOf(endpoint),
    request: readFields(objectOf(request)),
    ...(token === undefined ? {} : { token: readToken(objectOf(token)) }),
    ...(actor === undefined ? {} : { actor: readToken(objectOf(actor)) }),
    ...(pool === undefined ? {} : { pool: readPool(objectOf(pool)) }),
  }
}

function readFields(written: Readonly<Record<string, unknown>>): Fields {
  const texts = TEXTS.flatMap((name) =>
    written[name] === undefined ? [] : [[name, textOf(written[name])] as const],
  )
  const lists = LISTS.flatMap((name) =>
    written[name] === undefined ? [] : [[name, textsOf(written[name])] as const],
  )
  const { durationSeconds } = written
  return {
    ...Object.fromEntries<unknown>([...texts, ...lists]),
    ...(typeof durationSeconds === 'number' ? { durationSeconds } : {}),
  }
}

function readToken(written: Readonly<Record<string, unknown>>): DecidedToken {
  const { kind, issuer, claims, type, maxSessionSeconds, bound } = written
  const known = KINDS.find((one) => one === kind)
  if (known === undefined) throw malformed()
  return {
    kind: known,
    issuer: textOf(issuer),
    // A JWT is written and parsed again anyway.
    claims:
      known === 'jwt' ? objectOf(claims) : parseStrictObject(JSON.stringify(objectOf(claims))),
    ...(type === undefined ? {} : { type: textOf(type) }),
    ...(typeof maxSessionSeconds === 'number' ? { maxSessionSeconds } : {}),
    ...(bound === true ? { bound } : {}),
  }
}

function readPool(written: Readonly<Record<string, unknown>>): NonNullable<DecisionInputs['pool']> {
  const { identity, provider, isClassic } = written
  return {
    identity: readIdentity(objectOf(identity)),
    ...(provider === undefined ? {} : { provider: textOf(provider) }),
    ...(isClassic === true ? { isClassic } : {}),
  }
}

function readIdentity(written: Readonly<Record<string, unknown>>): PoolIdentity {
  const { id, pool, provider, logins, guest, createdAt, claimedGuest, isNew } = written
  return {
    ...{ id: textOf(id), pool: textOf(pool), provider: textOf(provider) },
    ...{ logins: textsOf(logins), guest: guest === true },
    ...(typeof createdAt === 'number' ? { createdAt } : {}),
    ...(claimedGuest === undefined ? {} : { claimedGuest: textOf(claimedGuest) }),
    ...(typeof isNew === 'boolean' ? { isNew } : {}),
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecordObject(value)) return value
  throw malformed()
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw malformed()
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw malformed()
  return value.map(textOf)
}

function malformed(): Error {
  return new Error('The inputs of a record are malformed.')
}
