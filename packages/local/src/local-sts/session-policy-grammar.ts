/**
 * Checks a session policy against the grammar of IAM's JSON policies, with AWS's messages.
 *
 * Written independently of core's grammar, on purpose: a policy that core accepts and that this
 * file refuses is a fault of one of them, which tests then find.
 * @see IAM User Guide, "Grammar of the IAM JSON policy language"
 */
import { isConditionValue } from './condition-value-grammar.ts'
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
const PARTITIONS = new Set(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'])
const SYNTAX = 'Syntax errors in policy.'

/** @throws {StsRefusal} `MalformedPolicyDocument` */
export function checkSessionPolicy(text: string): void {
  const policy = record(parse(text), SYNTAX)
  onlyKeys(policy, POLICY_KEYS)
  if (policy.Version !== undefined && !VERSIONS.has(policy.Version))
    throw malformed('The policy version is not supported.')
  if (policy.Id !== undefined && typeof policy.Id !== 'string') throw malformed(SYNTAX)
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement]
  if (statements.length === 0) throw malformed(SYNTAX)
  const sids = new Set<unknown>()
  for (const statement of statements) {
    const checked = record(statement, SYNTAX)
    checkStatement(checked, policy.Version === '2012-10-17')
    if (checked.Sid && sids.has(checked.Sid))
      throw malformed('Statement IDs (SID) in a single policy must be unique.')
    sids.add(checked.Sid)
  }
}

function checkStatement(statement: Record<string, unknown>, hasVariables: boolean): void {
  onlyKeys(statement, STATEMENT_KEYS)
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed('Effect must be Allow or Deny.')
  if (
    statement.Sid !== undefined &&
    !(typeof statement.Sid === 'string' && /^[A-Za-z0-9]*$/.test(statement.Sid))
  ) {
    throw malformed('Statement IDs (SID) must be alpha-numeric.')
  }
  for (const action of oneOf(statement, 'Action', 'NotAction')) checkAction(action)
  for (const resource of oneOf(statement, 'Resource', 'NotResource'))
    checkResource(resource, hasVariables)
  if (statement.Condition !== undefined)
    checkCondition(record(statement.Condition, SYNTAX), hasVariables)
}

function checkAction(action: string): void {
  if (action === '*' || action === '*:*') return
  const [vendor, name, ...rest] = action.split(':')
  if (name === undefined)
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  if (rest.length > 0) throw malformed('Actions/Condition can contain only one colon.')
  if (!/^[A-Za-z0-9-]+$/.test(vendor ?? ''))
    throw malformed(`Vendor ${shown(vendor ?? '')} is not valid`)
  if (!/^[\w*?-]+$/.test(name)) throw malformed(SYNTAX)
}

function checkResource(resource: string, hasVariables: boolean): void {
  if (resource === '*') return
  const arn = /^arn:(?<partition>[^:]*):(?<vendor>[^:]*):(?<region>[^:]*):(?<account>[^:]*):./s
  const match = arn.exec(resource)
  if (!match?.groups) throw malformed(`Resource ${shown(resource)} must be in ARN format or "*".`)
  const { partition = '', vendor = '', region = '', account = '' } = match.groups
  if (!PARTITIONS.has(partition) && !/^(?=.*[*?])[a-z*?-]+$/.test(partition))
    throw malformed(`Partition "${shown(partition)}" is not valid for resource.`)
  if (!/^[a-z0-9-]+$/.test(vendor))
    throw malformed('Resource vendor must be fully qualified and cannot contain regexes.')
  if (!/^[a-z0-9*?-]*$/.test(region) || !/^[\w*?-]*$/.test(account))
    throw malformed('The policy failed legacy parsing')
  const isGlobal = vendor === 'iam' || (vendor === 's3' && account === '')
  if (isGlobal && region !== '')
    throw malformed(`Resource ${shown(resource)} can not contain region information.`)
  if (hasVariables && !isConditionValue('String', resource)) throw malformed(SYNTAX)
}

function checkCondition(condition: Record<string, unknown>, hasVariables: boolean): void {
  for (const [operator, keys] of Object.entries(condition)) {
    const type = typeOf(operator)
    if (type === undefined) throw malformed(`Invalid Condition type : ${shown(operator)}.`)
    const entries = Object.entries(record(keys, SYNTAX))
    if (new Set(entries.map(([key]) => key.toLowerCase())).size < entries.length)
      throw malformed('Duplicate condition keys found.')
    for (const [key, value] of entries) {
      if (!/^[A-Za-z0-9][\w./-]*:(?!\s)[^*?${}]+(?<!\s)$/.test(key))
        throw malformed('Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
      const values: unknown[] = Array.isArray(value) ? value : [value]
      if (values.length === 0) throw malformed(SYNTAX)
      for (const one of values) {
        if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
          throw malformed(SYNTAX)
        const mayBeLiteral = type === 'String' && !hasVariables
        if (!mayBeLiteral && !isConditionValue(type, String(one)))
          throw malformed('The policy failed legacy parsing')
      }
    }
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  String: 'String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)',
  Numeric: 'Numeric(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)',
  Date: 'Date(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)',
  Bool: 'Bool',
  Binary: 'BinaryEquals',
  IpAddress: '(?:Not)?IpAddress',
  Arn: 'Arn(?:Not)?(?:Equals|Like)',
}

/** The type of the values that the operator compares; undefined: there is no such operator. */
function typeOf(operator: string): string | undefined {
  if (operator === 'Null') return 'Null'
  const name = operator.replace(/^For(?:AnyValue|AllValues):/, '').replace(/IfExists$/, '')
  return Object.keys(OPERATORS).find((type) => new RegExp(`^${OPERATORS[type]}$`).test(name))
}

function oneOf(statement: Record<string, unknown>, name: string, negated: string): string[] {
  if (name in statement === negated in statement)
    throw malformed(`Policy statement must contain one of ${name} or ${negated}.`)
  const value = statement[name] ?? statement[negated]
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw malformed(`Policy statement must contain ${name}s.`)
  return values.map((one) => {
    if (typeof one !== 'string') throw malformed(SYNTAX)
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
    throw malformed(`Syntax errors in policy: unexpected ${shown(unknownKey)}.`)
}

function record(value: unknown, problem: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(problem)
  return Object.fromEntries(Object.entries(value))
}

function shown(text: string): string {
  return text.slice(0, 80)
}

function malformed(message: string): StsRefusal {
  return new StsRefusal(400, 'MalformedPolicyDocument', message)
}
