/** How a function's source becomes one file: the esbuild settings that the build and the benchmark share. */
import { builtinModules } from 'node:module'
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
 * Bundles one entry file.
 * @param options.asItComes without our plugin, as a handler would be built that nobody made fast
 * @throws when esbuild finds an error; it has printed it by then
 */
export async function bundleFunction(entry: string, outfile: string, { asItComes = false } = {}): Promise<Metafile> {
  const plugins = asItComes ? [] : [builtinsWithoutGetters]
  const { metafile } = await build({ ...SETTINGS, entryPoints: [entry], outfile, plugins, metafile: true })
  return metafile
}
