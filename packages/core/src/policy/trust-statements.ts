/** Reads the statements of any trust policy, also of one that the broker would not write. */
import type { TrustStatement } from './trust-policy.ts'

/** A condition of a statement, with its values as texts. */
export interface TrustCondition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export interface ReadTrustStatement {
  readonly effect: string
  /** By kind: `Federated`, `AWS`, `Service`; `*` for everyone. */
  readonly principals: readonly (readonly [kind: string, values: readonly string[]])[]
  readonly actions: readonly string[]
  readonly conditions: readonly TrustCondition[]
  /** Members that are not read here, such as `NotPrincipal`. */
  readonly others: readonly string[]
}

/** @returns undefined where the document has no list of statements */
export function readTrustStatements(document: unknown): readonly ReadTrustStatement[] | undefined {
  if (!isRecord(document)) return undefined
  const statements: readonly unknown[] = [document.Statement].flat()
  return statements.every(isRecord) ? statements.map((one) => readTrustStatement(one)) : undefined
}

export function readTrustStatement(
  statement: Record<string, unknown> | TrustStatement,
): ReadTrustStatement {
  const {
    Effect,
    Principal,
    Action,
    Condition,
    Sid: _,
    ...others
  } = { ...statement } as Record<string, unknown>
  const conditions = Object.entries(isRecord(Condition) ? Condition : {}).flatMap(
    ([operator, keys]) =>
      Object.entries(isRecord(keys) ? keys : {}).map(([key, values]) => ({
        ...{ operator, key, values: textsOf(values) },
      })),
  )
  return {
    effect: String(Effect),
    principals: isRecord(Principal)
      ? Object.entries(Principal).map(([kind, values]) => [kind, textsOf(values)] as const)
      : Principal === undefined
        ? []
        : [['everyone', textsOf(Principal)]],
    actions: textsOf(Action),
    conditions,
    others: Object.keys(others),
  }
}

function textsOf(values: unknown): readonly string[] {
  return values === undefined ? [] : [values].flat().map(String)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
