/** Writes XML elements; what is not written by the broker itself is escaped. */

/** @param content XML */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

/** Nothing where there is no value. */
export function optionalElement(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : element(name, escapeXml(String(value)))
}

/** For text and for the value of an attribute. */
export function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
