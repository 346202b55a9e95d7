/** Creates a stage without AWS: runs `sst.config.ts` with SST's real components under mocks. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { PLATFORM, ROOT } from './sst-platform.ts'

export interface Resource {
  readonly type: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly options: { readonly protect: boolean; readonly retainOnDelete: boolean }
}

export interface SynthesizedStage {
  readonly stage: string
  readonly outputs: Readonly<Record<string, unknown>>
  readonly resources: readonly Resource[]
  /** The archives for Lambda, by function: `Broker`, `Issuer`. */
  readonly archives: Readonly<Record<string, Buffer>>
}

const TENANTS = 'test/infra/tenants'
const CONFIG = path.join(ROOT, 'sst.config.ts')
/** The bundle is ESM, but SST's platform uses the globals of CommonJS. */
const COMMON_JS = `
import { createRequire as __createRequire } from "node:module";
import { dirname as __pathDirname } from "node:path";
const require = __createRequire(import.meta.url);
const __filename = import.meta.filename, __dirname = __pathDirname(__filename);
`
/**
 * Parts of a deployment that are not run here: the settings are the committed samples, and `dist/`
 * is built before, with other tenants. Both have tests of their own.
 */
const NOT_OFFLINE: Readonly<Record<string, string>> = {
  'stacks/sample-settings.ts': 'export const refuseSampleSettings = () => {}',
  'stacks/bundles.ts': 'export const buildBundles = () => {}',
}
const SETTINGS = {
  bundle: true,
  write: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  logLevel: 'error',
  nodePaths: [path.join(PLATFORM, 'node_modules')],
  external: [
    '@pulumi/*',
    'undici',
    '@pulumiverse/*',
    '@sst-provider/*',
    '@aws-sdk/*',
    'esbuild',
    'archiver',
    'glob',
    'vite',
  ],
} satisfies BuildOptions

/**
 * @param options.changeStages changes the text of `stages.ts`, for settings that no stage has
 * @throws {Error} with the output of the program, if it fails
 */
export async function synthesize(
  stage: string,
  { tenants = TENANTS, changeStages = (text: string) => text } = {},
): Promise<SynthesizedStage> {
  const work = mkdtempSync(path.join(tmpdir(), 'stage-'))
  const bundles = ['app', 'run'].map((part) =>
    path.join(PLATFORM, `synth.${path.basename(work)}.${part}.mjs`),
  )
  const [appBundle = '', runBundle = ''] = bundles
  const server = createServer(respondAsCli)
  try {
    const app = await readApp(stage, appBundle)
    await bundleRun(app, work, runBundle, changeStages)
    const url = await new Promise<string>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
      }),
    )
    const file = path.join(work, 'stage.json')
    const engine = path.join(import.meta.dirname, 'engine.ts')
    await promisify(execFile)(
      process.execPath,
      ['--no-warnings', engine, runBundle, app.name, stage, app.providers.aws.region, file],
      {
        cwd: ROOT,
        env: { ...process.env, SST_SERVER: url, BROKER_TENANTS: tenants },
      },
    )
    const { outputs, resources } = JSON.parse(readFileSync(file, 'utf8'))
    const archives = Object.fromEntries(
      ['Broker', 'Issuer'].map((name) => [
        name,
        readFileSync(path.join(work, 'artifacts', name, 'code.zip')),
      ]),
    )
    return { stage, outputs, resources, archives }
  } finally {
    server.close()
    for (const file of bundles) rmSync(file, { force: true })
    rmSync(work, { recursive: true, force: true })
  }
}

interface App {
  readonly name: string
  readonly providers: { readonly aws: { readonly region: string } }
}

async function readApp(stage: string, outfile: string): Promise<App> {
  const contents = `import config from ${JSON.stringify(CONFIG)}; export default config;`
  await build({
    ...SETTINGS,
    outfile,
    banner: { js: `${COMMON_JS}function $config(config) { return config }` },
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
  })
  const { default: config } = await import(pathToFileURL(outfile).href)
  return { ...(await config.app({ stage })), stage }
}

async function bundleRun(
  app: App,
  work: string,
  outfile: string,
  changeStages: (text: string) => string,
): Promise<void> {
  const cli = {
    command: 'deploy',
    dev: false,
    paths: { home: work, root: ROOT, work, platform: PLATFORM },
    state: { version: {} },
  }
  await build({
    ...SETTINGS,
    outfile,
    banner: { js: COMMON_JS },
    define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: 'false' },
    inject: [path.join(PLATFORM, 'src/shim/run.js')],
    plugins: [globals(changeStages)],
    stdin: {
      contents: `import { run } from "${PLATFORM}/src/auto/run.ts"
import config from "${CONFIG}"
export default await run(config.run)`,
      resolveDir: ROOT,
      loader: 'ts',
    },
  })
}

/**
 * Our files use the globals `aws` and `sst` without an import.
 * @param changeStages of the text of `stages.ts`
 */
const globals = (changeStages: (text: string) => string): Plugin => ({
  name: 'globals',
  setup({ onLoad }) {
    const sst = `import * as sst from "${PLATFORM}/src/components"`
    const imports = `import * as aws from "@pulumi/aws"; ${sst};\n`
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      if (file.startsWith(path.dirname(PLATFORM)) || file.includes('node_modules')) return undefined
      const text = readFileSync(file, 'utf8')
      if (Object.hasOwn(NOT_OFFLINE, path.relative(ROOT, file)))
        return { contents: NOT_OFFLINE[path.relative(ROOT, file)] ?? '', loader: 'ts' }
      const isStages = file === path.join(ROOT, 'stacks/stages.ts')
      return { contents: imports + (isStages ? changeStages(text) : text), loader: 'ts' }
    })
  },
})

/**
 * Responds to SST's components in place of the CLI: where assets are stored, and where the function
 * is, which has been built before.
 */
function respondAsCli(
  request: import('node:http').IncomingMessage,
  response: import('node:http').ServerResponse,
): void {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    const { method, params } = JSON.parse(body)
    if (method === 'Provider.Aws.Bootstrap') {
      const result = {
        asset: 'sst-asset',
        state: 'sst-state',
        assetEcrRegistryId: '1',
        assetEcrUrl: 'ecr.test',
      }
      response.end(JSON.stringify({ result, error: null }))
    } else if (method === 'Runtime.Build') {
      const { bundle, handler } = params[0]
      const out = path.resolve(ROOT, bundle)
      const errors = existsSync(path.join(out, 'index.mjs'))
        ? []
        : [`${out}/index.mjs is missing; run npm run build.`]
      response.end(
        JSON.stringify({ result: { handler, out, sourcemaps: [], errors }, error: null }),
      )
    } else response.end(JSON.stringify({ error: `rpc: can't find ${method}` }))
  })
}
