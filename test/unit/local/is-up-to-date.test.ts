/** `npm start` builds the functions again after each change of what they are made from. */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isUpToDate } from '../../../packages/functions/is-up-to-date.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

function createSources() {
  const root = makeTemporaryFolder()
  mkdirSync(path.join(root, 'src/deep'), { recursive: true })
  writeFileSync(path.join(root, 'src/a.ts'), 'a')
  writeFileSync(path.join(root, 'src/deep/b.ts'), 'b')
  for (const name of ['src/a.ts', 'src/deep/b.ts', 'src/deep', 'src']) setTime(name, 100)
  function setTime(name: string, seconds: number) {
    utimesSync(path.join(root, name), seconds, seconds)
  }
  return { root, setTime, isCurrent: () => isUpToDate(root, 'out', ['src/{,**}']) }
}

it('is false before the first build, and true after it', () => {
  const { root, setTime, isCurrent } = createSources()
  expect(isCurrent()).toBe(false)
  writeFileSync(path.join(root, 'out'), '')
  setTime('out', 200)
  expect(isCurrent()).toBe(true)
})

it.each<[string, (root: string) => void]>([
  ['changed', (root) => writeFileSync(path.join(root, 'src/deep/b.ts'), 'c')],
  ['added', (root) => writeFileSync(path.join(root, 'src/deep/c.ts'), 'c')],
  ['removed', (root) => rmSync(path.join(root, 'src/deep/b.ts'))],
  ['renamed', (root) => renameSync(path.join(root, 'src/a.ts'), path.join(root, 'src/z.ts'))],
  ['changed at the time of the build', (root) => utimesSync(path.join(root, 'src/a.ts'), 200, 200)],
])('is false where a file was %s', (_, change) => {
  const { root, setTime, isCurrent } = createSources()
  writeFileSync(path.join(root, 'out'), '')
  setTime('out', 200)
  change(root)
  expect(isCurrent()).toBe(false)
})
