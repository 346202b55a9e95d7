/**
 * Builds the page of the game into `dist/game/`: static files for any web server. With `--quiet`,
 * it prints nothing.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const SOURCE = path.join(import.meta.dirname, 'src')
const DIST = path.resolve(import.meta.dirname, '../../dist/game')

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST, { recursive: true })
const { metafile } = await build({
  entryPoints: { main: path.join(SOURCE, 'main.ts'), game: path.join(SOURCE, 'game.css') },
  outdir: DIST,
  // What talks to the servers is a file of its own, which is loaded when it is needed.
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'browser', target: 'es2023' },
  ...{ minify: true, metafile: true, legalComments: 'none', external: ['/icon.svg'] },
})
for (const file of ['index.html', 'icon.svg'])
  copyFileSync(path.join(SOURCE, file), path.join(DIST, file))
if (!process.argv.includes('--quiet'))
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    const compressed = gzipSync(readFileSync(file)).length
    console.log(`${path.relative(DIST, file)}: ${bytes} bytes, ${compressed} compressed`)
  }
