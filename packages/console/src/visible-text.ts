/** Values from outside, with every character visible. */

/** Characters that hide or reorder others, and halves of surrogate pairs; not line breaks. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** Escapes such characters as JSON writes them, such as `\u202e`. Line breaks and tabs are kept. */
export function visibleText(value: string): string {
  return value.replace(HIDDEN, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

/** A JSON value, indented, with every character visible. */
export function visibleJson(value: unknown): string {
  return visibleText(JSON.stringify(value, undefined, 2) ?? 'undefined')
}
