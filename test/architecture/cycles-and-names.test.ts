/** Shows that circular imports and duplicate names are refused everywhere in the repository. */
import { describe, expect, it } from 'vitest'
import { violationsIn } from './made-up-tree.ts'

const found = (files: Readonly<Record<string, string>>) =>
  violationsIn(files).map(({ file, line, rule }) => `${file}:${line} ${rule}`)

describe('a circular import is refused', () => {
  it.each(['packages/local/src', 'packages/cli/src/tenant', 'packages/client/src', 'stacks'])(
    'between two files of %s',
    (folder) => {
      const files = {
        [`${folder}/a.ts`]: "\nimport { b } from './b.ts'",
        [`${folder}/b.ts`]: "import { a } from './a.ts'",
      }
      expect(found(files)).toEqual([`${folder}/a.ts:3 cycle`])
    },
  )

  it('of types', () => {
    const files = {
      'stacks/a.ts': "import type { B } from './b.ts'",
      'stacks/b.ts': "export type A = import('./a.ts').A",
    }
    expect(found(files)).toEqual(['stacks/a.ts:2 cycle'])
  })

  it('of a file that imports itself', () => {
    expect(found({ 'stacks/a.ts': "import { a } from './a.ts'" })).toEqual(['stacks/a.ts:2 cycle'])
  })

  it('once, with every file of the circle, and not for files that only lead to it', () => {
    const files = {
      'stacks/a.ts': "import { b } from './b.ts'",
      'stacks/b.ts': "export { c } from './c.ts'",
      'stacks/c.ts': "const { d } = await import('./inner/d.ts')",
      'stacks/inner/d.ts': "import { b } from '../b.ts'",
    }
    const [violation, ...others] = violationsIn(files)
    expect(others).toEqual([])
    expect(violation?.file).toBe('stacks/b.ts')
    expect(violation?.message).toContain(
      'stacks/b.ts → stacks/c.ts → stacks/inner/d.ts → stacks/b.ts',
    )
  })

  it('but not two routes to one file', () => {
    const files = {
      'stacks/a.ts': "import { b } from './b.ts'\nimport { c } from './c.ts'",
      'stacks/b.ts': "import { c } from './c.ts'",
      'stacks/c.ts': 'export const c = 1',
    }
    expect(found(files)).toEqual([])
  })
})

describe('two source files of one name are refused', () => {
  it.each([
    ['packages/cli/src/session/options.ts', 'packages/client/src/options.ts'],
    ['packages/core/src/record/a.ts', 'stacks/a.ts'],
    ['packages/functions/bundle.ts', 'stacks/bundle.ts'],
    ['packages/core/scripts/generate.ts', 'packages/client/generate.ts'],
    ['sst.config.ts', 'test/sst.config.ts'],
    ['test/bench/page/report.ts', 'test/security/report.ts'],
    ['test/compat/client.py', 'test/unit/client.py'],
    ['packages/core/src/index.ts', 'stacks/index.ts', 'test/index.ts'],
    ['packages/cli/src/main.ts', 'packages/cli/main.ts', 'stacks/main.ts'],
  ])('%s and %s', (...files) => {
    const texts = Object.fromEntries(files.map((file) => [file, 'export const a = 1']))
    expect(found(texts)).toEqual([`${[...files].sort().at(-1)}:1 file-name`])
  })

  it('unless they have the same role', () => {
    const files = ['core/src/index.ts', 'client/src/index.ts', 'core/src/document/index.ts']
    const programs = ['packages/cli/src/main.ts', 'packages/local/src/main.ts', 'test/a/main.ts']
    const all = [...files.map((file) => `packages/${file}`), ...programs]
    expect(found(Object.fromEntries(all.map((file) => [file, 'export const a = 1'])))).toEqual([])
  })

  it('but not in dependencies and build output', () => {
    const files = ['packages/a/src/b.ts', 'packages/a/dist/b.ts', 'test/node_modules/b/b.ts']
    expect(found(Object.fromEntries(files.map((file) => [file, 'export const a = 1'])))).toEqual([])
  })
})

describe('two exported functions of one name are refused', () => {
  it.each([
    ['export function read() {}', 'export function read() {}'],
    ['export async function read() {}', 'export const read = () => 1'],
    ['export const read = function () {}', 'function read() {}\nexport { read }'],
    ['const other = () => 1\nexport { other as read }', 'export function read() {}'],
  ])('%s and %s', (one, other) => {
    for (const second of ['packages/cli/src/b.ts', 'stacks/b.ts', 'test/fixtures/b.ts'])
      expect(found({ 'packages/cli/src/a.ts': one, [second]: other })).toEqual([
        expect.stringMatching(new RegExp(`^${second}:[23] function-name$`)),
      ])
  })

  it('but not overloads, functions of one file, types, or the same function exported again', () => {
    const files = {
      'packages/cli/src/a.ts':
        'export function read(a: string): void\nexport function read(a: number): void\n' +
        'export function read() {}',
      'packages/cli/src/b.ts': "export { read } from './a.ts'\nexport interface Read {}",
      'packages/cli/src/c.ts': 'function read() {}',
      'stacks/d.ts': 'export type read = () => void',
    }
    expect(found(files)).toEqual([])
  })

  it('except the handlers that Lambda calls by name', () => {
    const files = {
      'packages/functions/src/lambda/a.ts': 'export async function handler() {}',
      'packages/functions/src/lambda/b.ts': 'export async function handler() {}',
      'test/bench/c.ts': 'export async function handler() {}',
    }
    expect(found(files)).toEqual([])
  })
})
