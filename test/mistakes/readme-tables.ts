/** The generated parts of README.md. */

export const README = 'README.md'

const PARTS = ['means', 'messages'] as const

/** @throws {Error} where the page has no place for a table */
export function withTables(page: string, means: string, messages: string): string {
  const tables = { means, messages }
  return PARTS.reduce((text, part) => {
    const [begin, end] = [`<!-- begin ${part} -->\n`, `\n<!-- end ${part} -->`]
    const [from, to] = [text.indexOf(begin), text.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`There is no place for ${part} in the page.`)
    return `${text.slice(0, from + begin.length)}\n${tables[part]}\n${text.slice(to)}`
  }, page)
}

/** Without figures that may differ by one from run to run, such as minutes. */
export function comparableText(page: string): string {
  return page.replaceAll(/\d+/g, '0')
}
