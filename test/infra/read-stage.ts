/** Finds resources in a synthesized stage, and formats each IAM statement as one line. */
import type { Resource, SynthesizedStage } from './synthesize.ts'

export type Values = Readonly<Record<string, unknown>>

export function resourcesOf(stage: SynthesizedStage, type: string): readonly Resource[] {
  return stage.resources.filter((resource) => resource.type === type)
}

export function resourceNamed(stage: SynthesizedStage, name: string): Resource {
  const found = stage.resources.filter((resource) => resource.name === name)
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`Expected one resource named ${name}, but found ${found.length}.`)
  return found[0]
}

/** Pulumi accepts policy documents as text or as values. */
export function statementsOf(policy: unknown): readonly Values[] {
  const document = typeof policy === 'string' ? JSON.parse(policy) : policy
  const statements = record(document).Statement
  return (Array.isArray(statements) ? statements : [statements]).map(record)
}

/** The statements of a role's inline policies, without those of its managed policies. */
export function inlineStatements(role: Resource): readonly string[] {
  return list(role.inputs.inlinePolicies).flatMap((policy) =>
    statementsOf(record(policy).policy).map(showStatement),
  )
}

/**
 * `Allow ACTION on RESOURCE by PRINCIPAL if CONDITION`. Any other field is shown as JSON, so that
 * none is hidden.
 */
export function showStatement(statement: Values): string {
  const { Sid: _, Effect, Action, Resource, Principal, Condition, ...others } = statement
  const conditions = Object.entries(record(Condition)).flatMap(([operator, keys]) =>
    Object.entries(record(keys)).map(([key, values]) => `${operator} ${key} = ${texts(values)}`),
  )
  return [
    `${Effect} ${texts(Action)}`,
    ...(Resource === undefined ? [] : [`on ${texts(Resource)}`]),
    ...Object.entries(record(Principal)).map(([kind, who]) => `by ${kind} ${texts(who)}`),
    ...(conditions.length === 0 ? [] : [`if ${conditions.join(' and ')}`]),
    ...Object.entries(others).map(([field, value]) => `${field} ${JSON.stringify(value)}`),
  ]
    .map(withoutRandom)
    .join(' ')
}

/** Physical names of SST end with eight random letters, and names of archives with a digest. */
export function withoutRandom(text: string): string {
  return text
    .replaceAll(/(token-broker-[a-z0-9-]+-[A-Z]\w*)-[a-z]{8}\b/g, '$1-*')
    .replaceAll(/-[0-9a-f]{64}(?=\.zip)/g, '-*')
}

export function record(value: unknown): Values {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function texts(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}
