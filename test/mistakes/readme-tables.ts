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

/** Without the numbers and names that are different in each run: times, ports, ids and digests. */
export function comparableText(page: string): string {
  return page
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/\b[a-z2-7]{32}\b/g, '<name>')
    .replaceAll(/\/[\w/.-]*mistakes-[\w/.-]+/g, '<file>')
    .replaceAll(/\d+/g, '0')
}
