/**
 * Checks a session policy against the grammar of IAM's JSON policies.
 * @see IAM User Guide, "Grammar of the IAM JSON policy language"
 */
import { StsRefusal } from './sts-refusal.ts'

const POLICY_KEYS = new Set(['Version', 'Id', 'Statement'])
const STATEMENT_KEYS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
const VERSIONS = new Set<unknown>(['2012-10-17', '2008-10-17'])
const OPERATORS = [
  'String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)',
  'Numeric(?:Not)?Equals',
  'Numeric(?:Less|Greater)Than(?:Equals)?',
  'Date(?:Not)?Equals',
  'Date(?:Less|Greater)Than(?:Equals)?',
  'Bool',
  'BinaryEquals',
  '(?:Not)?IpAddress',
  'Arn(?:Not)?(?:Equals|Like)',
]
const QUANTIFIER = '(?:For(?:AnyValue|AllValues):)?'
const OPERATOR = new RegExp(`^${QUANTIFIER}(?:${OPERATORS.join('|')})(?:IfExists)?$|^Null$`)

/** @throws {StsRefusal} `MalformedPolicyDocument` */
export function checkSessionPolicy(text: string): void {
  const policy = record(parse(text), 'Syntax errors in policy.')
  onlyKeys(policy, POLICY_KEYS)
  if (policy.Version !== undefined && !VERSIONS.has(policy.Version))
    throw malformed('The policy version is not supported.')
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]
  if (statements.length === 0) throw malformed('Syntax errors in policy.')
  const sids = new Set<unknown>()
  for (const statement of statements) {
    const checked = record(statement, 'Syntax errors in policy.')
    checkStatement(checked)
    if (checked.Sid !== undefined && sids.has(checked.Sid))
      throw malformed('Statement IDs (SID) in a single policy must be unique.')
    sids.add(checked.Sid)
  }
}

function checkStatement(statement: Record<string, unknown>): void {
  onlyKeys(statement, STATEMENT_KEYS)
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed('Effect must be Allow or Deny.')
  if (
    statement.Sid !== undefined &&
    !(typeof statement.Sid === 'string' && /^[A-Za-z0-9]*$/.test(statement.Sid))
  ) {
    throw malformed('Statement IDs (SID) must be alpha-numeric.')
  }
  for (const action of oneOf(statement, 'Action', 'NotAction')) {
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
    }
  }
  for (const resource of oneOf(statement, 'Resource', 'NotResource')) {
    if (resource !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/s.test(resource)) {
      throw malformed(`Resource ${resource.slice(0, 80)} must be in ARN format or "*".`)
    }
  }
  if (statement.Condition !== undefined)
    checkCondition(record(statement.Condition, 'Syntax errors in policy.'))
}

function checkCondition(condition: Record<string, unknown>): void {
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATOR.test(operator))
      throw malformed(`Invalid Condition type : ${operator.slice(0, 80)}.`)
    for (const [key, value] of Object.entries(record(keys, 'Syntax errors in policy.'))) {
      if (!key.includes(':'))
        throw malformed('Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
      const values: unknown[] = Array.isArray(value) ? value : [value]
      if (
        values.length === 0 ||
        !values.every((one) => ['string', 'number', 'boolean'].includes(typeof one))
      ) {
        throw malformed('Syntax errors in policy.')
      }
    }
  }
}

function oneOf(statement: Record<string, unknown>, name: string, negated: string): string[] {
  if (name in statement === negated in statement)
    throw malformed(`Policy statement must contain one of ${name} or ${negated}.`)
  const value = statement[name] ?? statement[negated]
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw malformed(`Policy statement must contain ${name}s.`)
  return values.map((one) => {
    if (typeof one !== 'string') throw malformed('Syntax errors in policy.')
    return one
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('This policy contains invalid Json')
  }
}

function onlyKeys(value: Record<string, unknown>, allowed: ReadonlySet<string>): void {
  const unknownKey = Object.keys(value).find((key) => !allowed.has(key))
  if (unknownKey !== undefined)
    throw malformed(`Syntax errors in policy: unexpected ${unknownKey.slice(0, 80)}.`)
}

function record(value: unknown, problem: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(problem)
  return Object.fromEntries(Object.entries(value))
}

function malformed(message: string): StsRefusal {
  return new StsRefusal(400, 'MalformedPolicyDocument', message)
}
