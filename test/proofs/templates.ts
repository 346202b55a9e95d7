/** Templates as a list of parts, read without the product's parser. */

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }

export type Template = readonly Part[]

/** @param hasWildcards whether `*` and `?` are wildcards or characters */
export function readTemplate(text: string, hasWildcards: boolean): Template {
  const tokens = text.match(/\{\{\w+\}\}|[*?]|[^*?{]+/g) ?? []
  return tokens.map((token): Part => {
    if (token.startsWith('{{')) return { kind: 'slot', name: token.slice(2, -2) }
    if (hasWildcards && token === '*') return { kind: 'any' }
    if (hasWildcards && token === '?') return { kind: 'one' }
    return { kind: 'text', text: token }
  })
}

export function slotNames(template: Template): string[] {
  return [...new Set(template.flatMap((part) => (part.kind === 'slot' ? [part.name] : [])))]
}

export function repeatsSlot(template: Template): boolean {
  return template.filter(({ kind }) => kind === 'slot').length > slotNames(template).length
}

/** Whether a caller with the values reaches the text. */
export function matches(
  template: Template,
  values: Readonly<Record<string, string>>,
  text: string,
): boolean {
  const source = template.map((part) => {
    if (part.kind === 'any') return '[^]*'
    if (part.kind === 'one') return '[^]'
    const literal = part.kind === 'text' ? part.text : String(values[part.name])
    return literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 'u').test(text)
}
