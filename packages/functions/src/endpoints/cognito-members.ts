/**
 * The members of requests to identity pools, within the limits of the service's model. Messages
 * are those of the service, but quote no value: it may be a token.
 */
import type { PoolProblem, PresentedLogin, RefusalCode } from '@token-broker/core'
import { isObject, parseStrictObject } from '@token-broker/core/strict-json'
import { type HttpRequest, MAX_BODY_BYTES } from '../http.ts'

export interface Refusals {
  /** @param message for the caller, too */
  readonly refusal: (code: RefusalCode, message: string) => Error
  /** @param message for the operator; default: what the caller reads */
  readonly poolRefusal: (problem: PoolProblem, callerMessage: string, message?: string) => Error
}

const CONTENT_TYPE = 'application/x-amz-json-1.1'
const UTF8 = new TextDecoder('utf-8', { fatal: true })

const ID = { min: 1, max: 55, pattern: '[\\w-]+:[0-9a-f-]+' }
const ACCOUNT_ID = { min: 1, max: 15, pattern: '\\d+' }
const ROLE_ARN = { min: 20, max: 2048 }
const PROVIDER_NAME = { min: 1, max: 128 }
const PROVIDER_TOKEN = { min: 1, max: 50_000 }
const MAX_LOGINS = 10

export interface TextRule {
  readonly min: number
  readonly max: number
  /** Source of a regular expression for the whole text. */
  readonly pattern?: string
}

export type Body = Readonly<Record<string, unknown>>

/** Unknown members are ignored, as the service does: later SDKs may send more. */
export function createMembers({ poolRefusal }: Refusals) {
  const invalid = (member: string, constraint: string) => {
    const place = member.charAt(0).toLowerCase() + member.slice(1)
    return poolRefusal(
      'invalid-member',
      `1 validation error detected: Value at '${place}' failed to satisfy constraint: ` +
        constraint,
    )
  }

  /** @returns undefined where the member is absent, or null, which means the same */
  const readOptional = (body: Body, member: string, rule: TextRule): string | undefined => {
    const value = Object.hasOwn(body, member) ? body[member] : undefined
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string')
      throw poolRefusal('unreadable-body', `The member ${member} must be a string.`)
    const problem = findConstraint(value, rule)
    if (problem !== undefined) throw invalid(member, problem)
    return value
  }

  return {
    readBody(request: HttpRequest): Body {
      const problem = findBodyProblem(request)
      if (problem !== undefined) throw poolRefusal('unreadable-body', problem)
      try {
        return parseStrictObject(UTF8.decode(request.body ?? new Uint8Array()))
      } catch (error) {
        const what = error instanceof SyntaxError ? error.message : 'is not UTF-8'
        throw poolRefusal('unreadable-body', `The body ${what}.`)
      }
    },

    /** @returns undefined where the member is absent, or null, which means the same */
    readOptionalText: readOptional,

    /** A text without which the operation means nothing. */
    readText(body: Body, member: string, rule: TextRule): string {
      const text = readOptional(body, member, rule)
      if (text !== undefined) return text
      throw invalid(member, 'Member must not be null')
    },

    readOptionalId: (body: Body, member: 'IdentityId') => readOptional(body, member, ID),

    /** A whole number from 1 to a limit. */
    readCount(body: Body, member: string, max: number): number | undefined {
      const value = Object.hasOwn(body, member) ? body[member] : undefined
      if (value === undefined || value === null) return undefined
      if (typeof value !== 'number' || !Number.isSafeInteger(value))
        throw poolRefusal('unreadable-body', `The member ${member} must be a whole number.`)
      if (value < 1) throw invalid(member, 'Member must have value greater than or equal to 1')
      if (value > max) throw invalid(member, `Member must have value less than or equal to ${max}`)
      return value
    },

    readId(body: Body, member: 'IdentityPoolId' | 'IdentityId'): string {
      const id = readOptional(body, member, ID)
      if (id !== undefined) return id
      throw invalid(member, 'Member must not be null')
    },

    /** Checked, and of no use: a pool belongs to one tenant. */
    readAccountId(body: Body): void {
      readOptional(body, 'AccountId', ACCOUNT_ID)
    },

    readRoleArn: (body: Body) => readOptional(body, 'CustomRoleArn', ROLE_ARN),

    /** Of `UnlinkIdentity`. */
    readProviders(body: Body): readonly string[] {
      const member = 'LoginsToRemove'
      const value: unknown = Object.hasOwn(body, member) ? body[member] : undefined
      if (value === undefined || value === null) throw invalid(member, 'Member must not be null')
      if (!Array.isArray(value) || !value.every((name) => typeof name === 'string'))
        throw poolRefusal('unreadable-body', `The member ${member} must be a list of strings.`)
      for (const name of value) {
        const problem = findConstraint(name, PROVIDER_NAME)
        if (problem !== undefined) throw invalid(member, problem)
      }
      return value
    },

    /** Amplify sends an empty map for a guest. */
    readLogins(body: Body): readonly PresentedLogin[] {
      const logins = Object.hasOwn(body, 'Logins') ? (body.Logins ?? {}) : {}
      if (!isObject(logins))
        throw poolRefusal('unreadable-body', 'The member Logins must be a map of strings.')
      const entries = Object.entries(logins)
      if (entries.length > MAX_LOGINS)
        throw invalid('Logins', `Member must have length less than or equal to ${MAX_LOGINS}`)
      return entries.map(([provider, token]) => {
        if (typeof token !== 'string')
          throw poolRefusal('unreadable-body', 'The member Logins must be a map of strings.')
        const nameProblem = findConstraint(provider, PROVIDER_NAME)
        if (nameProblem !== undefined)
          throw invalid('Logins', `Map keys must satisfy constraint: [${nameProblem}]`)
        const tokenProblem = findConstraint(token, PROVIDER_TOKEN)
        if (tokenProblem !== undefined)
          throw invalid('Logins', `Map value must satisfy constraint: [${tokenProblem}]`)
        return { provider, token }
      })
    },
  }
}

/** A page could send a body of another type to another origin without a preflight. */
function findBodyProblem({ headers, body }: HttpRequest): string | undefined {
  const type = (headers['content-type'] ?? '').split(';')[0] ?? ''
  if (type.trim().toLowerCase() !== CONTENT_TYPE)
    return `Send the body with Content-Type: ${CONTENT_TYPE}.`
  return body !== undefined && body.length > MAX_BODY_BYTES
    ? `The body is longer than ${MAX_BODY_BYTES} bytes.`
    : undefined
}

function findConstraint(text: string, { min, max, pattern }: TextRule): string | undefined {
  if (text.length < min) return `Member must have length greater than or equal to ${min}`
  if (text.length > max) return `Member must have length less than or equal to ${max}`
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text)
    ? undefined
    : `Member must satisfy regular expression pattern: ${pattern}`
}
