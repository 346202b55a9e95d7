/** Says what an unknown field was probably meant to be, by all parts of the document. */
import type * as z from 'zod/mini'
import { findSimilar } from '../../model/similar-words.ts'
import { formatPath } from '../../model/value-path.ts'
import type { DocumentPath } from '../document-problem.ts'
import { fieldsMeantBy, needlessField } from './foreign-names.ts'
import { allFields, fieldsAt, fillPlace, memberAt, placesOfField } from './schema-places.ts'
import { durationOf } from './written-durations.ts'

export interface UnknownField {
  readonly hint: string
  /** The fields of the part. */
  readonly expected: string
  /** The field of the same part that is meant, where that is known. */
  readonly meant?: string
}

/** More fields are not listed. */
const MAX_LISTED = 24
/** Fields with lists, which are one text in other tools. */
const LISTS = ['audiences', 'authorizedParties', 'algorithms', 'managedPolicies', 'allowedOrigins']
/** The same places of more parts would not be read. */
const MAX_PLACES = 3

/**
 * @param parent path of the part that has the field
 * @param value the whole document
 */
export function explainUnknownField(
  name: string,
  parent: DocumentPath,
  value: unknown,
  root: z.core.$ZodType,
): UnknownField {
  const fields = fieldsAt(root, parent, value)
  const expected = `one of ${fields.slice(0, MAX_LISTED).join(', ')}`
  const isOfOtherKind = placesOfField(root, name).some(
    (place) => formatPath(fillPlace(place, parent, value).path) === formatPath(parent),
  )
  if (isOfOtherKind)
    return { hint: 'remove it, or write another kind: this one does not have it', expected }
  const foreign = fieldsMeantBy(name)
  const own = memberAt(value, [...parent, name])
  const sameWord = fields.find((field) => bare(field) === bare(name))
  const placed = placesOf(name, parent, value, root)
  const meant =
    sameWord ??
    foreign.find((field) => fields.includes(field)) ??
    (placed === undefined ? findSimilar(name, fields) : undefined)
  if (meant !== undefined)
    return { hint: `did you mean ${meant}?${rewrite(meant, own)}`, expected, meant }
  if (placed !== undefined) return { hint: `${name} belongs under ${placed}`, expected }
  const needless = needlessField(name)
  if (needless !== undefined) return { hint: needless, expected }
  for (const other of [...foreign, findSimilar(name, allFields(root))]) {
    const places = other === undefined ? undefined : placesOf(other, parent, value, root)
    if (places !== undefined)
      return { hint: `did you mean ${other}? It belongs under ${places}`, expected }
  }
  return { hint: 'remove it; a comment begins with #', expected }
}

/** The field with the value that is written, where it needs another form there. */
function rewrite(field: string, value: unknown): string {
  const duration = typeof value === 'number' ? durationOf(field, value) : undefined
  if (duration !== undefined) return ` Write ${field}: ${duration}`
  const isWord = typeof value === 'string' && /^[\w.:/-]+$/.test(value)
  return LISTS.includes(field) && isWord ? ` Write ${field}: [${value}]` : ''
}

/** The parts nearest to this one that have the field; undefined where none has it. */
function placesOf(
  field: string,
  parent: DocumentPath,
  value: unknown,
  root: z.core.$ZodType,
): string | undefined {
  const places = placesOfField(root, field).map((place) => fillPlace(place, parent, value))
  if (places.length === 0) return undefined
  const nearest = Math.max(...places.map(({ common }) => common))
  const names = places
    .filter(({ common }) => common === nearest)
    .sort((a, b) => a.path.length - b.path.length)
    .map(({ path }) => formatPath(path) || 'the top level of the document')
  return [...new Set(names)].slice(0, MAX_PLACES).join(' or ')
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z$]/g, '')
}
