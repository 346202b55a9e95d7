/**
 * Whether a form satisfies the conditions of the policy that its sender signed.
 * @see Amazon S3 API Reference, "Creating a POST Policy"
 */
import { s3Refusal } from '../s3-refusal.ts'

interface PolicyCondition {
  readonly operator: 'eq' | 'starts-with'
  /** In lower case. */
  readonly field: string
  readonly value: string
}

/** Fields that need no condition. */
const UNCONDITIONAL = /^(?:x-amz-signature|file|policy|x-ignore-.*)$/

/**
 * @param fields with the key as it will be stored, and the bucket
 * @param fileBytes the size of the file
 * @throws {AwsRefusal} `AccessDenied`, `InvalidPolicyDocument`, `EntityTooLarge`, `EntityTooSmall`
 */
export function checkPostPolicy(
  policy: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, string>,
  fileBytes: number,
): void {
  const { conditions } = policy
  if (!Array.isArray(conditions)) throw invalidPolicy('Policy missing conditions.')
  const covered = new Set<string>()
  for (const condition of conditions) {
    if (Array.isArray(condition) && condition[0] === 'content-length-range') {
      checkLength(condition, fileBytes)
      continue
    }
    for (const { operator, field, value } of readCondition(condition)) {
      const found = fields.get(field) ?? ''
      if (operator === 'eq' ? found !== value : !found.startsWith(value))
        throw failed(JSON.stringify([operator, `$${field}`, value]))
      covered.add(field)
    }
  }
  for (const field of fields.keys()) {
    if (!covered.has(field) && !UNCONDITIONAL.test(field) && field !== 'bucket') {
      throw s3Refusal(
        'AccessDenied',
        `Invalid according to Policy: Extra input fields: ${field.slice(0, 100)}`,
      )
    }
  }
}

function readCondition(condition: unknown): readonly PolicyCondition[] {
  if (Array.isArray(condition)) {
    const [name, field, value, ...rest] = condition
    const operator = String(name).toLowerCase()
    if (operator !== 'eq' && operator !== 'starts-with')
      throw invalidPolicy(`Invalid condition operator: ${operator.slice(0, 40)}`)
    if (typeof field !== 'string' || !field.startsWith('$') || typeof value !== 'string')
      throw invalidPolicy('Invalid Condition.')
    if (rest.length > 0) throw invalidPolicy('Invalid Condition.')
    return [{ operator, field: field.slice(1).toLowerCase(), value }]
  }
  if (typeof condition !== 'object' || condition === null) throw invalidPolicy('Invalid Condition.')
  return Object.entries(condition).map(([field, value]) => {
    if (typeof value !== 'string') throw invalidPolicy('Invalid Simple-Condition.')
    return { operator: 'eq', field: field.toLowerCase(), value }
  })
}

function checkLength([, least, most]: readonly unknown[], bytes: number): void {
  const [min, max] = [Number(least), Number(most)]
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0)
    throw invalidPolicy('Invalid content-length-range.')
  const details = { ProposedSize: String(bytes), MinSizeAllowed: String(min) }
  if (bytes < min) {
    throw s3Refusal(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed object size.',
      details,
    )
  }
  if (bytes > max) {
    throw s3Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(bytes),
      MaxSizeAllowed: String(max),
    })
  }
}

function failed(condition: string) {
  return s3Refusal(
    'AccessDenied',
    `Invalid according to Policy: Policy Condition failed: ${condition.slice(0, 300)}`,
  )
}

function invalidPolicy(problem: string) {
  return s3Refusal('InvalidPolicyDocument', `Invalid Policy: ${problem}`)
}
