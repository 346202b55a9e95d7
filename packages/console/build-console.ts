/**
 * Builds the page of the operator console into `packages/console/dist`: static files, and
 * `inputs.json`, which the build of the command line reads for the licences. With `--quiet`, it
 * prints nothing.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Of the script, compressed. */
const MAX_SCRIPT_BYTES = 150_000

const ROOT = path.join(import.meta.dirname, '../..')
const SOURCE = path.join(import.meta.dirname, 'src')
const DIST = path.join(import.meta.dirname, 'dist')

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST, { recursive: true })
const { metafile } = await build({
  entryPoints: { main: path.join(SOURCE, 'main.ts'), console: path.join(SOURCE, 'console.css') },
  ...{ outdir: DIST, absWorkingDir: ROOT, metafile: true, legalComments: 'none', minify: true },
  // One script: from this machine, each further file takes longer than the code of all views.
  ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2023' },
})
for (const name of ['icon.svg', 'index.html'])
  copyFileSync(path.join(SOURCE, name), path.join(DIST, name))
writeFileSync(path.join(DIST, 'inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))

const compressed = (name: string) => gzipSync(readFileSync(path.join(DIST, name))).length
const bytes = compressed('main.js')
if (!process.argv.includes('--quiet')) {
  console.log(`console.css: ${compressed('console.css')} bytes, compressed`)
  console.log(`main.js: ${bytes} of at most ${MAX_SCRIPT_BYTES} bytes, compressed`)
}
if (bytes > MAX_SCRIPT_BYTES)
  throw new Error(
    `the script of the console has ${bytes} bytes, compressed; expected at most ` +
      `${MAX_SCRIPT_BYTES}; remove a dependency or code`,
  )
