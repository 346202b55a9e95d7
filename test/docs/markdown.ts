/** Reads the Markdown pages of this repository: their sections, code blocks, tables and links. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.join(import.meta.dirname, '../..')

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm

/** @param file relative to the repository's root */
export function readPage(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}

/** Every page that git tracks or would track, relative to the repository's root. */
export function listPages(): string[] {
  const options = ['--cached', '--others', '--exclude-standard', '*.md']
  const files = execFileSync('git', ['ls-files', ...options], { cwd: ROOT, encoding: 'utf8' })
  return files.split('\n').filter((file) => file !== '' && !file.startsWith('test/infra/summary/'))
}

/** The text below a heading, up to the next heading of the same or a higher level. */
export function sectionOf(page: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0
  const [, after] = page.split(`\n${heading}\n`)
  if (after === undefined) throw new Error(`The page has no heading "${heading}".`)
  return after.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? ''
}

/** The contents of fenced code blocks, in order; an empty language means blocks without one. */
export function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(FENCE)]
    .filter((match) => match[2] === language)
    .map((match) => String(match[3]))
}

/** The page without its fenced code blocks; line numbers stay the same. */
export function withoutCode(page: string): string {
  return page.replace(FENCE, (block) => block.replace(/[^\n]/g, ''))
}

/** The cells of every table row outside code blocks, including headers and separator lines. */
export function tableRows(page: string): string[][] {
  return withoutCode(page)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** Targets of links and images, without those in code. */
export function linksOf(page: string): string[] {
  const prose = withoutCode(page).replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => String(match[1]))
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  const headings = [...withoutCode(page).matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    String(match[1]),
  )
  const known = new Map<string, number>()
  return headings.map((heading) => {
    const name = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const before = known.get(name) ?? 0
    known.set(name, before + 1)
    return before === 0 ? name : `${name}-${before}`
  })
}
