/** What the parts of a document are called in messages. */
import type { DocumentPath } from '../document-problem.ts'

const NAMES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^$/, 'the document'],
  [/^issuers\.\d+$/, 'an issuer'],
  [/\.verify\.keys\.\d+$/, 'a key'],
  [/\.verify(\.introspection)?$/, 'verify'],
  [/^attributes\.[^.]+$/, 'an attribute'],
  [/^rules\.\d+$/, 'a rule'],
  [/^grants\.[^.]+$/, 'a grant'],
  [/\.policy\.\d+$/, 'a statement'],
  [/^identityPools\.\d+$/, 'an identity pool'],
]

/** With its article, or the name of the field. */
export function nameOfPart(path: DocumentPath): string {
  const text = path.map((step) => String(step).replaceAll('.', '_')).join('.')
  const last = path.findLast((step) => typeof step === 'string')
  return NAMES.find(([pattern]) => pattern.test(text))?.[1] ?? String(last ?? 'the document')
}
