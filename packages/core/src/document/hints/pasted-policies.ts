/** Recognises policies in the form of AWS, and writes their statements as a grant has them. */
import { isObject } from '../../model/strict-json.ts'

export type PastedPolicy =
  | { readonly kind: 'policy'; readonly statements: readonly Readonly<Record<string, unknown>>[] }
  /** Says who may assume a role, not what a session may do. */
  | { readonly kind: 'trust policy' }
  | { readonly kind: 'ARN'; readonly arn: string }

const FIELDS = [...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']]

/** @returns undefined where the value is something else, or a list of statements */
export function recognizePolicy(value: unknown): PastedPolicy | undefined {
  if (typeof value === 'string') {
    const text = value.trim()
    if (/^arn:[\w-]+:iam::[\w]*:policy\//.test(text)) return { kind: 'ARN', arn: text }
    if (!text.startsWith('{')) return undefined
    try {
      return recognizePolicy(JSON.parse(text))
    } catch {
      return undefined
    }
  }
  if (Array.isArray(value)) {
    const found = value.map((item: unknown) => recognizePolicy(item))
    return found.find((one) => one !== undefined)
  }
  if (!isObject(value)) return undefined
  if ('Statement' in value) return ofStatements([value.Statement].flat())
  return isTrust(value) ? { kind: 'trust policy' } : undefined
}

function ofStatements(items: readonly unknown[]): PastedPolicy | undefined {
  const statements = items.filter(isObject)
  if (statements.some(isTrust)) return { kind: 'trust policy' }
  return {
    kind: 'policy',
    statements: statements.map((statement) =>
      Object.fromEntries(
        FIELDS.flatMap((field) => (field in statement ? [[field, statement[field]]] : [])),
      ),
    ),
  }
}

/** Every statement of a trust policy has a principal and an action of STS. */
function isTrust({ Principal, Action }: Readonly<Record<string, unknown>>): boolean {
  return Principal !== undefined && /sts:|^\*$/.test(String(Action))
}
