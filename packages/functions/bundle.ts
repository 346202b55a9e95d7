/** How a function's source becomes one file: the esbuild settings that the build and the benchmark share. */
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/**
 * What an unsigned STS call never reaches: the default credential chain with all its providers, and multi-region signing.
 * They are most of what the SDK costs at start, so stubs stand in that say so if they are ever called.
 */
const STUBS: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node':
    'export const defaultProvider = () => async () => { throw new Error("The credential chain is not in this bundle.") }',
  '@aws-sdk/signature-v4-multi-region':
    'export class SignatureV4MultiRegion { static sigv4aDependency() { return "none" } constructor() { throw new Error("Multi-region signing is not in this bundle.") } }',
}

const unsignedCallsOnly: Plugin = {
  name: 'unsigned-calls-only',
  setup({ onResolve, onLoad }) {
    const filter = /^@aws-sdk\/(credential-provider-node|signature-v4-multi-region)$/
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'stub', sideEffects: false }))
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: STUBS[path] ?? '', loader: 'js' }))
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
  sourcemap: false,
  mainFields: ['module', 'main'],
  conditions: ['module'],
  external: [],
  logLevel: 'warning',
} satisfies BuildOptions

/**
 * Bundles one entry file.
 * @param credentialChain keep the SDK's default credential chain, as a handler built without our plugin would
 * @throws when esbuild finds an error; it has printed it by then
 */
export async function bundleFunction(
  entry: string,
  outfile: string,
  { credentialChain = false } = {},
): Promise<Metafile> {
  const plugins = credentialChain ? [] : [unsignedCallsOnly]
  const { metafile } = await build({ ...SETTINGS, entryPoints: [entry], outfile, plugins, metafile: true })
  return metafile
}
