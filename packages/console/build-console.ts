/**
 * Builds the page of the operator console into `packages/console/dist`: static files, and
 * `inputs.json`, which the build of the command line reads for the licences. With `--quiet`, it
 * prints nothing.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** Of all scripts together, compressed. The first view loads only a part of them. */
const MAX_SCRIPT_BYTES = 150_000

const ROOT = path.join(import.meta.dirname, '../..')
const SOURCE = path.join(import.meta.dirname, 'src')
const DIST = path.join(import.meta.dirname, 'dist')
/** The frame, and the view that an address without a view opens. */
const FIRST_SCRIPTS = ['main.ts', 'views/tenants/tenants-view.ts']

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST, { recursive: true })
const { metafile } = await build({
  entryPoints: { main: path.join(SOURCE, 'main.ts'), console: path.join(SOURCE, 'console.css') },
  ...{ outdir: DIST, absWorkingDir: ROOT, metafile: true, legalComments: 'none', minify: true },
  // Each view is a file of its own, which is loaded when it is opened.
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'browser', target: 'es2023' },
})
copyFileSync(path.join(SOURCE, 'icon.svg'), path.join(DIST, 'icon.svg'))
writeFileSync(path.join(DIST, 'index.html'), preloading(FIRST_SCRIPTS))
writeFileSync(path.join(DIST, 'inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))

const sizes = Object.keys(metafile.outputs)
  .map((file) => path.join(ROOT, file))
  .map((file) => [path.basename(file), gzipSync(readFileSync(file)).length] as const)
const scripts = sizes.filter(([name]) => name.endsWith('.js'))
const total = scripts.reduce((sum, [, bytes]) => sum + bytes, 0)
if (!process.argv.includes('--quiet')) {
  for (const [name, bytes] of sizes) console.log(`${name}: ${bytes} bytes, compressed`)
  console.log(`all scripts: ${total} of at most ${MAX_SCRIPT_BYTES} bytes, compressed`)
}
if (total > MAX_SCRIPT_BYTES)
  throw new Error(
    `the scripts of the console have ${total} bytes, compressed; expected at most ` +
      `${MAX_SCRIPT_BYTES}; remove a dependency or code`,
  )

/** The page, which loads these scripts and all that they import at once, not one by one. */
function preloading(sources: readonly string[]): string {
  const outputs = new Map(Object.entries(metafile.outputs))
  const loaded = new Set<string>()
  const add = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { path: name, kind } of outputs.get(file)?.imports ?? [])
      if (kind === 'import-statement') add(name)
  }
  for (const source of sources)
    for (const [file, { entryPoint }] of outputs)
      if (entryPoint === path.relative(ROOT, path.join(SOURCE, source))) add(file)
  const links = [...loaded].map(
    (file) => `    <link rel="modulepreload" href="/${path.basename(file)}">\n`,
  )
  return readFileSync(path.join(SOURCE, 'index.html'), 'utf8').replace(
    '    <script',
    (script) => `${links.join('')}${script}`,
  )
}
