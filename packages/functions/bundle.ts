/** How a function's source becomes one file: the esbuild settings that the build and the benchmark share. */
import { builtinModules } from 'node:module'
import path from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/**
 * Node's own modules by `process.getBuiltinModule` in place of `import`: importing one reads each of its exports, and those
 * of `node:http`, `node:fs` and `node:crypto` include lazy getters behind which lie undici, file streams and Web Crypto.
 * That was half of the bundle's import time (Node 24).
 */
const builtinsWithoutGetters: Plugin = {
  name: 'builtins-without-getters',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'builtin',
    }))
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}

/**
 * What our own code imports dynamically becomes a bundle of its own beside the first: inlined, esbuild would wrap all that
 * it needs, so that nothing of the AWS SDK could be left out and even a start without it took half as long again.
 */
function lazyBundles(entries: Set<string>): Plugin {
  return {
    name: 'lazy-bundles',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path: specifier, kind, resolveDir }) => {
        if (kind !== 'dynamic-import' || resolveDir.includes('node_modules')) return undefined
        const entry = path.resolve(resolveDir, specifier)
        entries.add(entry)
        return { path: `./${path.basename(entry, '.ts')}.mjs`, external: true }
      })
    },
  }
}

/** Two bundles have two classes of that name, and an error of the one would be none of the other's. */
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

/**
 * Bundles one entry file, and what it loads lazily beside it.
 * @param options.asItComes without our plugin, as a handler would be built that nobody made fast
 * @param options.readable not minified, for a profile
 * @throws when esbuild finds an error; it has printed it by then
 */
export async function bundleFunction(
  entry: string,
  outfile: string,
  { asItComes = false, readable = false } = {},
): Promise<Metafile> {
  const lazy = new Set<string>()
  const plugins = asItComes ? [] : [lazyBundles(lazy), builtinsWithoutGetters]
  const { metafile } = await build({
    ...SETTINGS,
    entryPoints: [entry],
    outfile,
    plugins,
    minify: !readable,
    metafile: true,
  })
  for (const lazyEntry of lazy) {
    const beside = path.join(path.dirname(outfile), `${path.basename(lazyEntry, '.ts')}.mjs`)
    const { inputs, outputs } = await bundleFunction(lazyEntry, beside)
    if (Object.hasOwn(inputs, ONE_BUNDLE_ONLY))
      throw new Error(
        `${lazyEntry} carries a BrokerError of its own; map its errors where it is imported`,
      )
    Object.assign(metafile.outputs, outputs)
  }
  return metafile
}
