/** Bundles a function into one file, with the esbuild settings that build and benchmark share. */
import { readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { slicedXmlText } from './sliced-xml-text.ts'

/**
 * Loads Node's own modules with `process.getBuiltinModule` instead of `import`. An import reads
 * each export of the module, and the exports of `node:http`, `node:fs` and `node:crypto` include
 * lazy getters that load undici, file streams and Web Crypto. That took half of the bundle's import
 * time (Node 24).
 */
const builtinsWithoutGetters: Plugin = {
  name: 'builtins-without-getters',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) },
      ({ path, kind }) => ({
        path: path.replace(/^(node:)?/, 'node:'),
        namespace: kind === 'import-statement' ? 'builtin' : 'whole-builtin',
        sideEffects: false,
      }),
    )
    onResolve({ filter: /^getters:/ }, ({ path }) => ({
      path: path.replace('getters:', ''),
      namespace: 'getters-of-builtin',
      sideEffects: false,
    }))
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: constants(path) }))
    onLoad({ filter: /.*/, namespace: 'getters-of-builtin' }, ({ path }) => ({
      contents: `const whole = ${wholeModule(path)}; module.exports = { ${exportsOf(path, true)
        .map((name) => `get ${name}() { return whole.${name} }`)
        .join(', ')} }`,
    }))
    onLoad({ filter: /.*/, namespace: 'whole-builtin' }, ({ path }) => ({
      contents: `module.exports = ${wholeModule(path)}`,
    }))
  },
}

function wholeModule(name: string): string {
  return `process.getBuiltinModule(${JSON.stringify(name)})`
}

/**
 * A module with a constant for each export that is not a getter. esbuild leaves out those that
 * nothing imports. Of a module in the form of CommonJS, it would copy all exports at each start.
 */
function constants(name: string): string {
  const values = exportsOf(name, false).map(
    (key) => `const of_${key} = /* @__PURE__ */ of('${key}'); export { of_${key} as ${key} }`,
  )
  const getters = exportsOf(name, true)
  return [
    `const whole = ${wholeModule(name)}`,
    'const of = (key) => whole[key]',
    'export default whole',
    ...(getters.length > 0 ? [`export { ${getters.join(', ')} } from 'getters:${name}'`] : []),
    ...values,
  ].join('\n')
}

function exportsOf(name: string, areGetters: boolean): readonly string[] {
  const descriptors = Object.getOwnPropertyDescriptors(Object(process.getBuiltinModule(name)))
  return Object.entries(descriptors)
    .filter(([key, { get }]) => /^[A-Za-z_]\w*$/.test(key) && (get !== undefined) === areGetters)
    .map(([key]) => key)
    .filter((key) => key !== 'default')
}

/** Of a package: the SDK loads it for calls that stream events, and the broker makes none. */
const EVENT_STREAMS = '@smithy/core/event-streams'

/** What is imported dynamically: the name of each bundle, and the file that it starts with. */
type LazyEntries = Map<string, string>

/**
 * Makes a separate bundle of each file that our own code imports dynamically, and of
 * {@link EVENT_STREAMS}. If it were inlined, esbuild could not leave out unused parts of the AWS
 * SDK, and a start that does not need the file would take one and a half times as long.
 */
function lazyBundles(entries: LazyEntries): Plugin {
  return {
    name: 'lazy-bundles',
    setup({ onResolve }) {
      const addEntry = (file: string, extension: string) => {
        const name = path.basename(file, extension)
        entries.set(name, file)
        return { path: `./${name}.mjs`, external: true }
      }
      onResolve({ filter: /^\.\.?\// }, ({ path: specifier, kind, resolveDir }) =>
        kind !== 'dynamic-import' || resolveDir.includes('node_modules')
          ? undefined
          : addEntry(path.resolve(resolveDir, specifier), '.ts'),
      )
      onResolve({ filter: new RegExp(`^${EVENT_STREAMS}$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? addEntry(EVENT_STREAMS, '.js') : undefined,
      )
    },
  }
}

/** A second bundle with this file would have its own class, for which `instanceof` is false. */
const ONE_BUNDLE_ONLY = 'packages/core/src/model/broker-error.ts'

const SETTINGS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  treeShaking: true,
  legalComments: 'none',
  charset: 'ascii',
  sourcemap: false,
  mainFields: ['module', 'main'],
  conditions: ['module'],
  external: [],
  logLevel: 'warning',
} satisfies BuildOptions

/** What a script gets; see `load-broker.ts`. The parentheses let V8 compile it at once. */
const SCRIPT = {
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  banner: { js: '(function (module, __dirname, importBundle) {' },
  footer: { js: '})' },
} satisfies BuildOptions

/**
 * Bundles one entry file, and puts the files that it imports dynamically beside it.
 * @param options.unoptimized without our plugins, as most handlers are built
 * @param options.readable not minified, for a profile
 * @param options.script it and the files beside it are functions for `load-broker.ts`, of which V8
 *   can make code caches
 * @throws if esbuild finds an error, which it has printed by then
 */
export async function bundleFunction(
  entry: string,
  outfile: string,
  { unoptimized = false, readable = false, script = false } = {},
): Promise<Metafile> {
  const lazy: LazyEntries = new Map()
  const plugins = unoptimized ? [] : [lazyBundles(lazy), builtinsWithoutGetters, slicedXmlText]
  const settings = { ...SETTINGS, plugins, metafile: true as const }
  const { metafile } = await build({
    ...settings,
    entryPoints: [entry],
    outfile,
    minify: !readable,
    ...(script ? SCRIPT : {}),
  })
  if (script) replaceImports(outfile)
  // One build of several entries reads each file once. Lazy bundles may have lazy bundles.
  for (let next = unbuilt(metafile, lazy); next.length > 0; next = unbuilt(metafile, lazy)) {
    const { metafile: beside } = await build({
      ...settings,
      entryPoints: next.map(([out, file]) => ({ in: file, out })),
      outdir: path.dirname(outfile),
      outExtension: { '.js': script ? '.cjs' : '.mjs' },
      ...(script ? SCRIPT : {}),
    })
    for (const [file, { inputs }] of Object.entries(beside.outputs)) {
      if (Object.hasOwn(inputs, ONE_BUNDLE_ONLY))
        throw new Error(
          `${file} contains its own BrokerError; map its errors in the file that imports it`,
        )
      if (script) replaceImports(file)
    }
    Object.assign(metafile.outputs, beside.outputs)
  }
  return metafile
}

/** `import()` is no function that could be passed in, so that esbuild cannot replace it. */
function replaceImports(file: string): void {
  const text = readFileSync(file, 'utf8').replace(
    /\bimport(?=\("\.\/[\w-]+\.mjs"\))/g,
    'importBundle',
  )
  if (/\bimport\(/.test(text)) throw new Error(`${file} has an import() that cannot be replaced`)
  writeFileSync(file, text)
}

/** Those that the bundles so far import: the import of another may be in code that is left out. */
function unbuilt({ outputs }: Metafile, lazy: LazyEntries): [name: string, file: string][] {
  const imported = Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  const built = new Set(Object.keys(outputs).map((file) => path.parse(file).name))
  return [...lazy].filter(([name]) => imported.includes(`./${name}.mjs`) && !built.has(name))
}
