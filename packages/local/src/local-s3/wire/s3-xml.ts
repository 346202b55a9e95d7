/** Writes the XML documents of S3's responses; text is escaped. */

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** XML that is complete and escaped. */
export type Xml = string

/** @param content XML */
export function xmlElement(name: string, ...content: readonly Xml[]): Xml {
  return `<${name}>${content.join('')}</${name}>`
}

/** Nothing where there is no value. */
export function xmlText(name: string, text: string | number | boolean | undefined): Xml {
  return text === undefined ? '' : xmlElement(name, escapeText(String(text)))
}

export function xmlDocument(root: string, ...content: readonly Xml[]): Xml {
  const opening = `<${root} xmlns="${S3_NAMESPACE}">`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${opening}${content.join('')}</${root}>`
}

/** Of an error, which has no namespace. */
export function xmlErrorDocument(...content: readonly Xml[]): Xml {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('Error', ...content)}`
}

/**
 * Control characters are written as references, as S3 does. XML 1.0 allows no other way to write
 * them, and forbids some of them entirely, which is why lists have `encoding-type=url`.
 */
function escapeText(text: string): Xml {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may contain them
    /[&<>"'\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g,
    (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`,
  )
}
