/** Checks that hostile tenant documents are refused, and changes single values of a valid one. */
import { compileTenant, type TenantDocumentError } from '@token-broker/core/document'
import fc from 'fast-check'
import { expect, type TaskMeta } from 'vitest'
import { tenantDocument } from '../fixtures/tenant-document.ts'
import { HOSTILE_RUNS, measure, startClass } from './attack.ts'

/** A document with every kind of part, as a value, so that single values can be changed. */
export const WHOLE = {
  tenant: 'acme',
  issuers: [
    {
      issuer: 'https://id.acme.example',
      verify: { kind: 'jwt' },
      audiences: ['acme-app'],
      member: 'true',
    },
  ],
  attributes: { user: { from: 'claims.sub', pattern: '[a-z]{1,32}' } },
  rules: [
    { name: 'everybody reads', when: 'true', grant: 'read' },
    { name: 'agents read less', when: 'claims.agent', grants: ['read', 'get'] },
  ],
  grants: {
    read: {
      role: 'arn:aws:iam::111122223333:role/acme-app',
      duration: '1h',
      sessionTags: { user: '{{user}}' },
      policy: [
        {
          Sid: 'Read',
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: 'arn:aws:s3:::acme/{{user}}/*',
          Condition: { StringLike: { 's3:prefix': ['{{user}}/*'] } },
        },
      ],
    },
    get: {
      role: 'arn:aws:iam::111122223333:role/acme-app',
      policy: [{ Effect: 'Allow', shared: true, Action: ['s3:Get*'], Resource: '*' }],
    },
  },
}

/** A valid document, as YAML. */
export const GOOD = tenantDocument('acme', 'https://id.acme.example')
/** {@link GOOD} with one text replaced. */
export function goodWith(text: string, replacement: string): string {
  if (!GOOD.includes(text)) throw new Error(`The valid document does not contain "${text}".`)
  return GOOD.replace(text, () => replacement)
}

/** The slowest document takes 3 s of CPU time. */
const COMPILE_MS = 30_000
/** More errors at once would not help an operator. */
const MAX_ERRORS = 100

/** Compiles each document, and expects errors with a hint. */
export async function refuseAll(
  meta: TaskMeta,
  name: string,
  texts: readonly string[] | fc.Arbitrary<string>,
): Promise<void> {
  const attackClass = startClass(meta, name, COMPILE_MS)
  const refuse = async (text: string) => {
    const codeOf = ({ tenant }: { tenant?: unknown }) =>
      tenant === undefined ? 'does not compile' : 'compiles'
    const { tenant, errors } = await measure(
      attackClass,
      () => compileTenant(text, 'acme.yaml'),
      codeOf,
    )
    expect(tenant).toBeUndefined()
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.length).toBeLessThanOrEqual(MAX_ERRORS)
    expect(errors.filter((error) => !isHelpful(error))).toEqual([])
    expect(compileTenant(GOOD, 'acme.yaml').errors).toEqual([])
  }
  if ('generate' in texts)
    await fc.assert(fc.asyncProperty(texts, refuse), { numRuns: HOSTILE_RUNS })
  else for (const text of texts) await refuse(text)
}

function isHelpful({ file, message, hint }: TenantDocumentError): boolean {
  return (
    file === 'acme.yaml' &&
    message !== '' &&
    hint !== '' &&
    !/undefined|\[object/.test(`${message}${hint}`)
  )
}

export function times(count: number, make: (index: number) => string, separator: string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(separator)
}

export type Path = readonly (string | number)[]

/** The paths of a value and of everything in it. */
export function nodesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...children.flatMap(([step, child]) => nodesOf(child, [...path, step]))]
}

/** Whether the value of {@link WHOLE} at the path is a mapping. */
export function isMapping(path: Path): boolean {
  const value = path.reduce<unknown>((inner, step) => Object(inner)[step], WHOLE)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether it is a mapping of which the schema, not the author, defines the names. */
export function isStrict(path: Path): boolean {
  return (
    isMapping(path) &&
    !['attributes', 'grants', 'sessionTags', 'Condition', 'StringLike'].includes(
      String(path.at(-1)),
    )
  )
}

/** @returns a copy of the value with another one at the path */
export function change(
  value: unknown,
  [step, ...rest]: Path,
  edit: (inner: unknown) => unknown,
): unknown {
  if (step === undefined) return edit(value)
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? change(item, rest, edit) : item))
  return { ...Object(value), [step]: change(Object(value)[step], rest, edit) }
}
