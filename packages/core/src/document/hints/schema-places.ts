/** Walks a schema: which fields a part of a document has, and in which parts a field is. */
import type * as z from 'zod/mini'
import type { DocumentPath } from '../document-problem.ts'

type Shape = Readonly<Record<string, z.core.$ZodType>>

/** `*` is a name of the document's author, and 0 any item of a list. */
type PlacePattern = readonly (string | 0)[]

/** Of each schema, since the walk visits hundreds of parts. */
const indexes = new WeakMap<z.core.$ZodType, ReadonlyMap<string, readonly PlacePattern[]>>()

/** The fields of the part at a path. A part of several kinds is that of its `kind`. */
export function fieldsAt(
  root: z.core.$ZodType,
  path: DocumentPath,
  value: unknown,
): readonly string[] {
  let schemas: readonly z.core.$ZodType[] = [root]
  let inner = value
  for (const step of path) {
    schemas = schemas.flatMap((schema) => childOf(schema, step, inner))
    inner = memberOf(inner, step)
  }
  return [...new Set(schemas.flatMap((one) => shapesOf(one, inner).flatMap(Object.keys)))]
}

/** The parts that have the field, each once. */
export function placesOfField(root: z.core.$ZodType, field: string): readonly PlacePattern[] {
  const known = indexes.get(root) ?? indexFields(root)
  indexes.set(root, known)
  return known.get(field) ?? []
}

/** Every field of the schema, in the order of its definition. */
export function allFields(root: z.core.$ZodType): readonly string[] {
  const known = indexes.get(root) ?? indexFields(root)
  indexes.set(root, known)
  return [...known.keys()]
}

function indexFields(root: z.core.$ZodType): ReadonlyMap<string, readonly PlacePattern[]> {
  const index = new Map<string, PlacePattern[]>()
  const visit = (schema: z.core.$ZodType, place: PlacePattern): void => {
    const def = definitionOf(schema)
    if (def.type === 'array') visit(def.element, [...place, 0])
    else if (def.type === 'record') visit(def.valueType, [...place, '*'])
    else
      for (const shape of shapesOf(schema, undefined))
        for (const [field, inner] of Object.entries(shape)) {
          const places = index.get(field) ?? []
          if (!places.some((one) => one.join() === place.join())) places.push(place)
          index.set(field, places)
          visit(inner, [...place, field])
        }
    if (def.type === 'union')
      for (const option of def.options)
        if (definitionOf(option).type !== 'object') visit(option, place)
  }
  visit(root, [])
  return index
}

/**
 * The path of a place, with the names and numbers of a path that begins like it.
 * @returns also how many steps they have in common
 */
export function fillPlace(
  place: PlacePattern,
  path: DocumentPath,
  value: unknown,
): { readonly path: DocumentPath; readonly common: number } {
  const filled: (string | number)[] = []
  let inner = value
  let common = 0
  for (const [at, step] of place.entries()) {
    const own = path[at]
    const isSame = common === at && (step === '*' || step === 0 ? own !== undefined : own === step)
    if (isSame && own !== undefined) common++
    const names = isMapping(inner) ? Object.keys(inner) : []
    const any = names.length === 1 ? (names[0] ?? 'NAME') : 'NAME'
    const next = isSame && own !== undefined ? own : step === '*' ? any : step
    filled.push(next)
    inner = memberOf(inner, next)
  }
  return { path: filled, common }
}

function childOf(
  schema: z.core.$ZodType,
  step: string | number,
  value: unknown,
): readonly z.core.$ZodType[] {
  const def = definitionOf(schema)
  if (def.type === 'array') return typeof step === 'number' ? [def.element] : []
  if (def.type === 'record') return [def.valueType]
  if (def.type === 'union')
    return def.options
      .flatMap((option) =>
        definitionOf(option).type === 'object' ? [] : childOf(option, step, value),
      )
      .concat(shapesOf(schema, value).flatMap((shape) => shape[String(step)] ?? []))
  return shapesOf(schema, value).flatMap((shape) => shape[String(step)] ?? [])
}

/** @param value by whose `kind` one of several shapes is chosen; otherwise, all of them are */
function shapesOf(schema: z.core.$ZodType, value: unknown): readonly Shape[] {
  const def = definitionOf(schema)
  if (def.type === 'object') return [def.shape]
  if (def.type !== 'union') return []
  const shapes = def.options.flatMap((option) => shapesOf(option, undefined))
  const kind = memberOf(value, 'kind')
  const ofKind = shapes.filter((shape) => kind !== undefined && acceptsKind(shape.kind, kind))
  return ofKind.length > 0 ? ofKind : shapes
}

function acceptsKind(schema: z.core.$ZodType | undefined, kind: unknown): boolean {
  const def = schema && definitionOf(schema)
  if (def?.type === 'literal') return def.values.some((one) => one === kind)
  return def?.type === 'enum' && Object.values(def.entries).some((one) => one === kind)
}

function definitionOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  return def.type === 'optional' ? definitionOf(def.innerType) : def
}

/** The value at a path; undefined where there is none. */
export function memberAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce(memberOf, value)
}

function memberOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
