/**
 * Builds the page of the operator console into `packages/console/dist`: `index.html`, which
 * contains the script and the style; `inline.json`, the SHA-256 of both for the policy of the page;
 * the icon; and `inputs.json`, which the build of the command line reads for the licences. With
 * `--quiet`, it prints nothing.
 */
import { createHash } from 'node:crypto'
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
const { metafile, outputFiles } = await build({
  entryPoints: { main: path.join(SOURCE, 'main.ts'), console: path.join(SOURCE, 'console.css') },
  ...{ outdir: DIST, absWorkingDir: ROOT, metafile: true, legalComments: 'none', minify: true },
  // One script: from this machine, each further file takes longer than the code of all views.
  ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2023', write: false },
})
const script = outputOf('main.js')
const style = outputOf('console.css')
checkInline(script)
checkInline(style)
// In the page itself, because each further request takes longer than all that it brings.
const page = readFileSync(path.join(SOURCE, 'index.html'), 'utf8')
  .replace('/* console.css */', () => style)
  .replace('/* main.js */', () => script)
writeFileSync(path.join(DIST, 'index.html'), page)
writeFileSync(
  path.join(DIST, 'inline.json'),
  JSON.stringify({ script: hashOf(script), style: hashOf(style) }),
)
writeFileSync(path.join(DIST, 'inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))
copyFileSync(path.join(SOURCE, 'icon.svg'), path.join(DIST, 'icon.svg'))

const bytes = gzipSync(script).length
if (!process.argv.includes('--quiet')) {
  console.log(`style: ${gzipSync(style).length} bytes, compressed`)
  console.log(`script: ${bytes} of at most ${MAX_SCRIPT_BYTES} bytes, compressed`)
}
if (bytes > MAX_SCRIPT_BYTES)
  throw new Error(
    `the script of the console has ${bytes} bytes, compressed; expected at most ` +
      `${MAX_SCRIPT_BYTES}; remove a dependency or code`,
  )

function outputOf(name: string): string {
  const found = outputFiles.find((file) => file.path === path.join(DIST, name))
  if (!found) throw new Error(`esbuild wrote no ${name}`)
  return found.text
}

/** What would end the element early, or change how its end is found (HTML, 4.12.1.3). */
function checkInline(text: string): void {
  const found = /<\/(?:script|style)|<script/i.exec(text)?.[0]
  if (found !== undefined)
    throw new Error(`the script or style of the console contains ${found}; write it in two parts`)
}

/** As a source of a Content Security Policy. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
