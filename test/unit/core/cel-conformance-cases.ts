/** The published conformance cases of CEL (cel-spec), as this project's values. */
import { tests as suites } from '@bufbuild/cel-spec/testdata/conformance.js'
import { isObject } from '../../../packages/core/src/model/strict-json.ts'

export interface ConformanceCase {
  /** Such as `string_ext/trim/whitespace_trim`. */
  readonly name: string
  readonly expression: string
  readonly bindings: ReadonlyMap<string, unknown>
  readonly isChecked: boolean
  /** As {@link describeValue} writes it, or {@link ANY_VALUE}; undefined: an error. */
  readonly expected: string | undefined
  /** What the case needs besides its expression, and does not exist here. */
  readonly missing: string | undefined
}

/** The case is about the type alone. */
export const ANY_VALUE = '(any value)'

interface Suite {
  readonly name: string
  readonly suites?: readonly Suite[]
  readonly tests?: readonly { readonly original: Readonly<Record<string, unknown>> }[]
}

export function conformanceCases(): readonly ConformanceCase[] {
  return (suites.suites ?? []).flatMap((suite: Suite) => casesOf(suite, suite.name))
}

/** The value with its type, so that the int 1 and the double 1.0 differ. */
export function describeValue(value: unknown): string {
  if (typeof value === 'bigint') return `int ${value}`
  if (typeof value === 'number') return `double ${value}`
  if (typeof value === 'symbol') return `type ${value.description}`
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${describeValue(key)}: ${describeValue(item)}`)
    return `{${entries.sort().join(', ')}}`
  }
  return JSON.stringify(value)
}

function casesOf(suite: Suite, path: string): ConformanceCase[] {
  const own = (suite.tests ?? []).map(({ original }) => readCase(original, path))
  const inner = (suite.suites ?? []).flatMap((each) => casesOf(each, `${path}/${each.name}`))
  return [...own, ...inner]
}

function readCase(original: Readonly<Record<string, unknown>>, path: string): ConformanceCase {
  const { name, expr, bindings, container, typeEnv, typedResult, evalError, disableCheck } =
    original
  const value = isObject(typedResult) ? (typedResult.result ?? ANY_VALUE) : original.value
  const values = Object.entries(isObject(bindings) ? bindings : {}).map(
    ([variable, bound]) =>
      [variable, readValue(isObject(bound) ? bound.value : undefined)] as const,
  )
  const described = value === ANY_VALUE ? ANY_VALUE : describeValue(readValue(value))
  const expected = value === undefined ? 'true' : described
  const isBound = values.length > 0 || typeEnv === undefined
  const isAboutContainers = container !== undefined && path.startsWith('namespace/')
  const needsContainer = isAboutContainers || values.some(([variable]) => /\./.test(variable))
  return {
    name: `${path}/${name}`,
    expression: String(expr),
    bindings: new Map(values),
    isChecked: disableCheck !== true,
    expected: evalError === undefined ? expected : undefined,
    missing: needsContainer
      ? 'containers and names with dots'
      : !isBound || values.some(([, bound]) => bound === undefined)
        ? 'values of protobuf'
        : undefined,
  }
}

/** A `cel.expr.Value` in protobuf's JSON. */
function readValue(value: unknown): unknown {
  const [[kind, inner] = []] = Object.entries(isObject(value) ? value : {})
  if (kind === 'int64Value') return BigInt(String(inner))
  if (kind === 'doubleValue') return Number(inner)
  if (kind === 'stringValue' || kind === 'boolValue') return inner
  if (kind === 'nullValue') return null
  if (kind === 'typeValue') return Symbol(String(inner))
  if (kind === 'listValue' && isObject(inner)) return listOf(inner.values).map(readValue)
  if (kind === 'mapValue' && isObject(inner))
    return new Map(
      listOf(inner.entries)
        .filter(isObject)
        .map((entry) => [readValue(entry.key), readValue(entry.value)]),
    )
  return undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
