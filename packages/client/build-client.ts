/** Builds the published files: one ESM module for browsers and Node, and its type declarations. */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const PACKAGE = import.meta.dirname
const DIST = path.join(PACKAGE, 'dist')
const TSC = path.join(PACKAGE, '../../node_modules/typescript/bin/tsc')

rmSync(DIST, { recursive: true, force: true })
await build({
  entryPoints: [path.join(PACKAGE, 'src/index.ts')],
  outfile: path.join(DIST, 'index.js'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
})
execFileSync(process.execPath, [TSC, '-p', PACKAGE], { stdio: 'inherit' })
const published = new Set<string>()
publishDeclarations('index.d.ts')
for (const file of globSync('*.d.ts', { cwd: DIST }))
  if (!published.has(file)) rmSync(path.join(DIST, file))

/** Keeps a file of declarations and those that it imports; the others describe internal modules. */
function publishDeclarations(name: string): void {
  if (published.has(name)) return
  published.add(name)
  const file = path.join(DIST, name)
  // The compiler leaves the extension `.ts` of the sources, which are not published.
  const text = readFileSync(file, 'utf8').replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'")
  writeFileSync(file, text)
  for (const [, imported] of text.matchAll(/from '\.\/([^']+)\.js'/g))
    publishDeclarations(`${imported}.d.ts`)
}
