/** test/README.md is up to date: its example runs, and it names every folder and fixture. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const TEST = path.join(import.meta.dirname, '..')
const README = readFileSync(path.join(TEST, 'README.md'), 'utf8')

it('shows the example as it is run, in at most 15 lines', () => {
  const example = readFileSync(path.join(TEST, 'example.test.ts'), 'utf8')
  expect(/```ts\n([\s\S]*?)```/.exec(README)?.[1]).toBe(example)
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(15)
})

it('names every folder', () => {
  const entries = readdirSync(TEST, { withFileTypes: true })
  for (const folder of entries.filter((entry) => entry.isDirectory()))
    expect(README).toContain(`| \`${folder.name}\` |`)
})

it('names every fixture', () => {
  const index = readFileSync(path.join(TEST, 'fixtures/index.ts'), 'utf8')
  const shared = [...index.matchAll(/\b(?:start|make|close)\w+|\b\w+(?:Of|Document)\b/g)]
  for (const [name] of shared) expect(README).toContain(`\`${name}\``)
  const files = readdirSync(path.join(TEST, 'fixtures')).filter((file) => /^[\w-]+\.ts$/.test(file))
  const others = files.filter((file) => file !== 'index.ts' && !index.includes(`./${file}`))
  for (const file of others) expect(README).toContain(`\`${file}\``)
})
