/** Whether a resource of a policy can name anything of a resource type. */
import { ARN_SEGMENTS } from '../policy/arn.ts'
import { SLOT_PATTERN } from '../policy/template.ts'

/** One character, or any number of characters; none of them is in `except`. */
interface Token {
  /** Absent: any character. */
  readonly character?: string
  readonly except: string
  readonly repeats: boolean
}

const ANY: Token = { except: '', repeats: false }
const VARIABLE = String.raw`\$\{[^}]*\}`
const TOKEN = new RegExp(`(\\$\\{([*?$])\\})|${SLOT_PATTERN}|(${VARIABLE})|.`, 'gsu')

/**
 * Names in which AWS allows no slash. Of all others it is not known, and a type is not excluded
 * because of it.
 */
const WITHOUT_SLASH = ['${BucketName}', '${TableName}']

/**
 * Whether some ARN is both of the form and matched by the resource. Slots and variables of the
 * resource may become any text.
 *
 * @param resource `*`, or an ARN of six parts
 * @param form as the catalogue writes it: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`
 * @param hasAccounts false on Ceph, whose ARNs have no account
 */
export function canBeOfForm(resource: string, form: string, hasAccounts: boolean): boolean {
  const parts = splitArn(resource)
  const expected = splitArn(form)
  if (parts.length < ARN_SEGMENTS) return true
  return parts.every((part, index) => {
    if (index < 2) return true
    const isMissingAccount = index === 4 && part === '' && !hasAccounts
    return isMissingAccount || haveCommonText(readTokens(part), readTokens(expected[index] ?? ''))
  })
}

/** The six parts of an ARN; only the last one may contain colons outside of variables. */
export function splitArn(arn: string): string[] {
  const parts = arn.split(/:(?![^{}]*\})/)
  if (parts.length <= ARN_SEGMENTS) return parts
  return [...parts.slice(0, ARN_SEGMENTS - 1), parts.slice(ARN_SEGMENTS - 1).join(':')]
}

function readTokens(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap(([whole, , escaped, slot, variable]) => {
    if (escaped !== undefined) return [{ ...ANY, character: escaped }]
    if (slot !== undefined || variable !== undefined) {
      const one = { ...ANY, except: WITHOUT_SLASH.includes(whole) ? '/' : '' }
      return [one, { ...one, repeats: true }]
    }
    if (whole === '*') return [{ ...ANY, repeats: true }]
    return [whole === '?' ? ANY : { ...ANY, character: whole }]
  })
}

/** Follows both lists of tokens at once, each pair of places once. */
function haveCommonText(a: readonly Token[], b: readonly Token[]): boolean {
  const seen = new Set<number>()
  const pending: (readonly [number, number])[] = [[0, 0]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [i, j] = next
    const place = i * (b.length + 1) + j
    if (seen.has(place)) continue
    seen.add(place)
    const [left, right] = [a[i], b[j]]
    if (left === undefined && right === undefined) return true
    if (left?.repeats) pending.push([i + 1, j])
    if (right?.repeats) pending.push([i, j + 1])
    if (left !== undefined && right !== undefined && shareCharacter(left, right))
      pending.push([left.repeats ? i : i + 1, right.repeats ? j : j + 1])
  }
  return false
}

function shareCharacter(a: Token, b: Token): boolean {
  if (a.character !== undefined && b.character !== undefined) return a.character === b.character
  const character = a.character ?? b.character
  return character === undefined || !(a.except + b.except).includes(character)
}
