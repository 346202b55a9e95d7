/** Reads `--roles FILE`: trust policies of one's own for the local STS. */
import { readFile } from 'node:fs/promises'
import type { TrustStatement } from '@token-broker/core/trust-policy'
import type { Role, Roles } from './local-sts/roles.ts'
import { InvalidInput } from './tenant-documents.ts'

const LONGEST_SESSION_SECONDS = 43_200
const SHAPE =
  'write {"<role ARN>": {"trustPolicy": {"Version": "2012-10-17", "Statement": [{"Effect", "Principal": ' +
  '{"Federated"}, "Action", "Condition"}]}, "maxSessionDuration": 3600}}'

/** @throws {InvalidInput} */
export async function readRolesFile(file: string): Promise<Roles> {
  try {
    return parseRoles(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    throw new InvalidInput(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`)
  }
}

/** `maxSessionDuration`, in seconds, is 12 hours where absent. @throws {Error} naming the role */
export function parseRoles(document: unknown): Roles {
  if (!isRecord(document)) throw new Error(SHAPE)
  return Object.fromEntries(
    Object.entries(document).map(([arn, role]) => [arn, parseRole(arn, role)]),
  )
}

function parseRole(arn: string, role: unknown): Role {
  const { trustPolicy, maxSessionDuration = LONGEST_SESSION_SECONDS } = isRecord(role) ? role : {}
  if (
    typeof maxSessionDuration !== 'number' ||
    !(maxSessionDuration >= 3600 && maxSessionDuration <= 43_200)
  ) {
    throw new Error(`${arn}: maxSessionDuration: write seconds from 3600 to 43200`)
  }
  const statement = isRecord(trustPolicy) ? trustPolicy.Statement : undefined
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement]
  if (!statements.every(isStatement)) throw new Error(`${arn}: ${SHAPE}`)
  return {
    trustPolicy: { Version: '2012-10-17', Statement: statements },
    maxSessionDurationSeconds: maxSessionDuration,
  }
}

/** Any key beside these could narrow what the statement says, so that a statement with one is refused. */
const STATEMENT_KEYS = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Condition'])

function isStatement(statement: unknown): statement is TrustStatement {
  if (!isRecord(statement) || !isRecord(statement.Principal)) return false
  const conditions = statement.Condition ?? {}
  return (
    Object.keys(statement).every((key) => STATEMENT_KEYS.has(key)) &&
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
