/** Which characters the values of an attribute may contain. */
import { charactersOf } from '../document/pattern/character-set.ts'
import { readPattern } from '../document/pattern/read-pattern.ts'
import type { CompiledAttribute } from '../model/compiled-tenant.ts'

/** All characters that some value has, each once. */
export function producibleCharacters({ pattern }: Pick<CompiledAttribute, 'pattern'>): string {
  const analysis = readPattern(pattern)
  return 'hint' in analysis ? '' : charactersOf(analysis.producible)
}
