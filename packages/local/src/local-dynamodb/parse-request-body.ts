/** Parses the body of a request, and refuses JSON that could be read in different ways. */
import { AwsRefusal } from '../local-aws/aws-refusal.ts'

export type RequestBody = Readonly<Record<string, unknown>>

/** DynamoDB accepts 32 levels of an item, and each of them is two levels of JSON. */
const MAX_DEPTH = 80

/** @throws {AwsRefusal} `SerializationException` or `ValidationException` */
export function parseRequestBody(body: Buffer): RequestBody {
  const value = parseJson(body)
  if (!isJsonObject(value)) throw serializationError('the body is not a JSON object')
  checkValue(value, 0)
  return value
}

function parseJson(body: Buffer): unknown {
  try {
    // Bytes that are not UTF-8 would be replaced, and two different keys would be the same.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
  } catch {
    throw serializationError('the body is not JSON in UTF-8')
  }
}

export function isJsonObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkValue(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new AwsRefusal(
      400,
      'ValidationException',
      'Nesting Levels have exceeded supported limits',
    )
  if (typeof value === 'string') checkText(value)
  else if (Array.isArray(value)) {
    if (value.includes(null)) throw serializationError('null is not supported in a list')
    for (const element of value) checkValue(element, depth + 1)
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      checkText(name)
      checkName(name)
      checkValue(member, depth + 1)
    }
  }
}

/** Half of a surrogate pair has no form in UTF-8, so another text would be stored. */
function checkText(text: string): void {
  if (!text.isWellFormed()) throw serializationError('a text is not valid Unicode')
}

/**
 * dynalite keeps names in objects of JavaScript, where these have a meaning: `__proto__` would
 * replace the attributes that are checked by others.
 *
 * @throws {AwsRefusal} `ValidationException`
 */
export function checkName(name: string): void {
  if (!(name in Object.prototype)) return
  throw new AwsRefusal(
    400,
    'ValidationException',
    `The name ${name} is not supported by the local DynamoDB; use another name`,
  )
}

export function serializationError(message: string): AwsRefusal {
  return new AwsRefusal(400, 'SerializationException', message)
}
