/** Builds what is published: one readable ESM file for browsers and Node, its type declarations, and the licence. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const ROOT = path.join(HERE, '../..')
const DIST = path.join(HERE, 'dist')

rmSync(DIST, { recursive: true, force: true })
await build({
  entryPoints: [path.join(HERE, 'src/index.ts')],
  outfile: path.join(DIST, 'index.js'),
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
})
execFileSync(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', HERE], {
  stdio: 'inherit',
})
for (const file of globSync(path.join(DIST, '*.d.ts'))) {
  // The compiler keeps the sources' `.ts` in declarations, where no such file is published.
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.\/[^']+)\.ts'/g, "$1.js'"))
}
copyFileSync(path.join(ROOT, 'LICENSE'), path.join(DIST, 'LICENSE'))
