/** Code, comments and prose have at most 100 columns, so that two files fit side by side. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const MAX_COLUMNS = 100
const ROOT = path.join(import.meta.dirname, '../..')

it('no line is too long', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  const files = tracked.split('\0').filter((file) => CHECKED.test(file) && !GENERATED.test(file))
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap(longLines)).toEqual([])
})

it.each([
  ['a comment', 'a.ts', `// ${'word '.repeat(30)}`],
  ['the title of a test', 'a.ts', `it('${'word '.repeat(30)}', () => {`],
  ['prose', 'a.md', 'word '.repeat(30)],
  ['a list in JSON', 'a.json', `  [${'1, '.repeat(50)}]`],
])('%s can be broken into lines', (_, file, line) => {
  expect(isUnbreakable(file, line)).toBe(false)
})

it.each([
  ['an import', 'a.ts', `import { ${'a'.repeat(60)} } from '../${'b'.repeat(60)}.ts'`],
  ['a URL', 'a.ts', `// https://docs.example/${'page/'.repeat(20)}`],
  ['a table', 'a.md', `| ${'word '.repeat(30)} |`],
  ['a string in JSON', 'a.json', `  "check": "${'word '.repeat(30)}",`],
])('%s cannot be broken into lines', (_, file, line) => {
  expect(isUnbreakable(file, line)).toBe(true)
})

const CHECKED = /\.(ts|md|json|ya?ml|sh|py|go)$|^\.ci\//
/** Written by programs, or recorded from them. */
const GENERATED = new RegExp(
  [
    /package-lock\.json$/,
    /^packages\/core\/tenant\.schema\.json$/,
    /^test\/compat\/identity-pool\/recordings\//,
    /^test\/infra\/summary\//,
    /^test\/security\/corpus\//,
  ]
    .map(({ source }) => source)
    .join('|'),
)

function longLines(file: string): string[] {
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n')
  return lines.flatMap((line, index) =>
    [...line].length > MAX_COLUMNS && !isUnbreakable(file, line)
      ? [`${file}:${index + 1}: ${[...line].length} columns`]
      : [],
  )
}

/** Whether the line has to be so long: a break would change its meaning, or is not possible. */
function isUnbreakable(file: string, line: string): boolean {
  // A URL, path or other word that is too long by itself, also in the next line.
  if (line.split(/\s+/).some((word) => word.length > 80)) return true
  const isJsonString = /^\s*("[^"]*": )?"[^"]*(\\"[^"]*)*",?$/.test(line)
  if (file.endsWith('.md')) return line.startsWith('|') || isJsonString
  if (file.endsWith('.json')) return isJsonString
  if (file.endsWith('.ts')) return /^(import|export) .* from '|^\s*\/\/ biome-ignore /.test(line)
  return false
}
