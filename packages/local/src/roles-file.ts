/** Reads `--roles FILE`: the user's own roles for the local STS and the local AWS. */
import { readFile } from 'node:fs/promises'
import type { PolicyStatement } from '@token-broker/core'
import { readPolicy } from '@token-broker/core/read-policy'
import type { TrustStatement } from '@token-broker/core/trust-policy'
import { formatPath } from '@token-broker/core/value-path'
import { LONGEST_ROLE_SESSION_SECONDS, SHORTEST_ROLE_SESSION_SECONDS } from './local-sts/limits.ts'
import type { Role, Roles } from './local-sts/roles.ts'
import { InvalidInput, reasonOf } from './startup-error.ts'

const SHAPE =
  'expected {"<role ARN>": {"trustPolicy": {"Version": "2012-10-17", "Statement": ' +
  '[{"Effect", "Principal": {"Federated"}, "Action", "Condition"}]}, "maxSessionDuration": 3600, ' +
  '"policy": {"Version": "2012-10-17", "Statement": [{"Effect", "Action", "Resource"}]}}}'

/** @throws {InvalidInput} naming the file, and the role if one is not valid */
export async function readRolesFile(file: string): Promise<Roles> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InvalidInput(`--roles: the file ${file} cannot be read (${reasonOf(error)})`)
  })
  try {
    return parseRoles(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it is not valid'
    throw new InvalidInput(`--roles: ${file}: ${reason}`)
  }
}

/**
 * @param document roles by ARN; `maxSessionDuration` is in seconds, 12 hours by default; without a
 *   `policy`, a role may do everything that its sessions' policies allow
 * @throws {Error} naming the role that is not valid
 */
export function parseRoles(document: unknown): Roles {
  if (!isRecord(document)) throw new Error(SHAPE)
  return Object.fromEntries(
    Object.entries(document).map(([arn, role]) => [arn, parseRole(arn, role)]),
  )
}

/** Any other field could be meant to limit the role, so a role that has one is refused. */
const ROLE_FIELDS = ['trustPolicy', 'maxSessionDuration', 'policy']

function parseRole(arn: string, role: unknown): Role {
  const fields = isRecord(role) ? role : {}
  const unknownField = Object.keys(fields).find((name) => !ROLE_FIELDS.includes(name))
  if (unknownField !== undefined)
    throw new Error(`${arn}: ${unknownField}: expected one of ${ROLE_FIELDS.join(', ')}`)
  const { trustPolicy, maxSessionDuration = LONGEST_ROLE_SESSION_SECONDS, policy } = fields
  if (
    typeof maxSessionDuration !== 'number' ||
    !(maxSessionDuration >= SHORTEST_ROLE_SESSION_SECONDS) ||
    !(maxSessionDuration <= LONGEST_ROLE_SESSION_SECONDS)
  ) {
    throw new Error(`${arn}: maxSessionDuration: expected seconds from 3600 to 43200`)
  }
  const statement = isRecord(trustPolicy) ? trustPolicy.Statement : undefined
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement]
  if (!statements.every(isStatement)) throw new Error(`${arn}: ${SHAPE}`)
  return {
    trustPolicy: { Version: '2012-10-17', Statement: statements },
    maxSessionDurationSeconds: maxSessionDuration,
    ...(policy === undefined ? {} : { policy: parsePolicy(arn, policy) }),
  }
}

/** The role's own permission policy. */
function parsePolicy(arn: string, policy: unknown): readonly PolicyStatement[] {
  if (!isRecord(policy)) throw new Error(`${arn}: policy: ${SHAPE}`)
  return readPolicy(policy, (path, message, hint) => {
    throw new Error(`${arn}: ${formatPath(['policy', ...path])}: ${message}; ${hint}`)
  })
}

/** Any other key could narrow the statement, so a statement that has one is refused. */
const STATEMENT_KEYS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Condition'])

function isStatement(statement: unknown): statement is TrustStatement {
  if (!isRecord(statement) || !isRecord(statement.Principal)) return false
  const conditions = statement.Condition ?? {}
  return (
    Object.keys(statement).every((key) => STATEMENT_KEYS.has(key)) &&
    (statement.Sid === undefined || typeof statement.Sid === 'string') &&
    (statement.Effect === 'Allow' || statement.Effect === 'Deny') &&
    isStrings(statement.Principal.Federated) &&
    isStrings(statement.Action) &&
    isRecord(conditions) &&
    Object.values(conditions).every(
      (keys) => isRecord(keys) && Object.values(keys).every(isStrings),
    )
  )
}

function isStrings(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((one) => typeof one === 'string'))
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
