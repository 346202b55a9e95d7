/** The links, paths and commands in every page of the documentation exist. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsOf, linksOf, listPages, ROOT, readPage, withoutCode } from './markdown.ts'

/** Paths that the reader chooses or creates. */
const OF_THE_READER = /NAME|^stacks\/tenants\/./

describe.each(listPages())('%s', (page) => {
  it('links to files and headings that exist', () => {
    expect(linksOf(readPage(page)).filter((link) => !linkExists(page, link))).toEqual([])
  })
})

// The registry has an unrelated package of that name, and npx reads options without the dashes.
it('runs token-broker by npx only with "--no --"', () => {
  const others = listPages().filter((page) =>
    /npx (?!--no -- )(?:-\S+ )*token-broker/.test(readPage(page)),
  )
  expect(others).toEqual([])
})

it('names files that exist', () => {
  const missing = listPages()
    .filter((page) => !page.endsWith('CHANGELOG.md'))
    .flatMap((page) => pathsIn(readPage(page)).map((file) => ({ page, file })))
    .filter(({ file }) => !existsSync(path.join(ROOT, file)))
  expect(missing).toEqual([])
})

it('names npm scripts that exist', () => {
  const { scripts } = JSON.parse(readPage('package.json'))
  const missing = listPages()
    .flatMap((page) => [...readPage(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)])
    .map(([, script = '']) => script)
    .filter((script) => !Object.hasOwn(scripts, script))
  expect(missing).toEqual([])
})

/** Paths from the repository's root in code spans. */
function pathsIn(page: string): string[] {
  const spans = withoutCode(page).matchAll(/`((?:packages|stacks|test|\.ci|\.github)\/[\w./-]+)`/g)
  return [...spans].map((match) => String(match[1])).filter((file) => !OF_THE_READER.test(file))
}

function linkExists(page: string, link: string): boolean {
  if (/^(?:https?|mailto):/.test(link)) return true
  const [target = '', anchor] = link.split('#')
  const file = target === '' ? page : path.join(path.dirname(page), target)
  if (!existsSync(path.join(ROOT, file))) return false
  if (anchor === undefined) return true
  const isPage = file.endsWith('.md') && statSync(path.join(ROOT, file)).isFile()
  return isPage && anchorsOf(readFileSync(path.join(ROOT, file), 'utf8')).includes(anchor)
}
