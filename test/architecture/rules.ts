/** The dependency rule of the house as data: which package may know which, and the one door of each outside thing. */

/** A workspace may import itself and these (`package/door`: only that export). `types` means `import type` only. */
export const PACKAGES: Readonly<
  Record<string, { readonly code: readonly string[]; readonly types?: readonly string[] }>
> = {
  core: { code: [] },
  functions: { code: ['core'] },
  local: { code: ['core', 'functions'] },
  client: { code: [], types: ['core', 'functions'] },
  console: { code: [], types: ['core', 'functions'] },
  cli: { code: ['core', 'client', 'local', 'functions/verifier', 'functions/tenant-table'] },
}

export interface Door {
  /** Import specifiers, or a name in the code that stands for the thing. */
  readonly what: string
  readonly imports?: RegExp
  readonly global?: RegExp
  /** The only paths below the repository's root that may use it. */
  readonly allowed: RegExp
  readonly belongs: string
}

/** What reaches the world outside; the rest is handed a clock, an id maker and a fetch. */
const ROOTS = 'packages/(functions/src/lambda|local|cli)/'

/** An app that installs the client is its root; it should not have to pass in what every platform has. */
const CLIENT_PLATFORM = 'packages/client/src/platform\\.ts$'

/** Each outside thing has one door. */
export const DOORS: readonly Door[] = [
  {
    what: 'jose',
    imports: /^jose(\/|$)/,
    allowed: /^packages\/(functions\/src\/adapters\/(verifiers|signers)\/|local\/)/,
    belongs: 'functions/src/adapters/{verifiers,signers} or local',
  },
  {
    what: 'the AWS SDK',
    imports: /^@(aws-sdk|smithy)\//,
    allowed:
      /^packages\/(functions\/src\/adapters\/(sts\/|(sdk|signed)-call\.ts$|signers\/kms-calls\.ts$|stores\/dynamodb-table\.ts$)|cli\/src\/tenant\/operator-(table|name)\.ts$)/,
    belongs:
      'functions/src/adapters/{sts/*,{sdk,signed}-call,signers/kms-calls,stores/dynamodb-table}.ts or cli/src/tenant/operator-{table,name}.ts',
  },
  {
    what: '@middy/core',
    imports: /^@middy\//,
    allowed: /^packages\/functions\/src\/lambda\//,
    belongs: 'functions/src/lambda',
  },
  {
    what: 'zod',
    imports: /^zod(\/|$)/,
    allowed: /^packages\/core\/src\/compile\//,
    belongs: 'core/src/compile',
  },
  {
    what: 'yaml',
    imports: /^yaml(\/|$)/,
    allowed: /^packages\/core\/src\/compile\//,
    belongs: 'core/src/compile',
  },
  {
    what: '@eslint-community/regexpp',
    imports: /^@eslint-community\/regexpp$/,
    allowed: /^packages\/core\/src\/compile\//,
    belongs: 'core/src/compile',
  },
  {
    what: '@marcbachmann/cel-js',
    imports: /^@marcbachmann\/cel-js/,
    allowed: /^packages\/core\/src\/cel\.ts$/,
    belongs: 'core/src/cel.ts',
  },
  {
    what: 'process.env',
    global: /\bprocess\s*(?:\?\.|\.)\s*env\b/,
    allowed:
      /^packages\/(functions\/src\/lambda\/(broker|issuer)|local\/src\/(main|demo)|cli\/src\/main)\.ts$/,
    belongs:
      'functions/src/lambda/{broker,issuer}.ts, local/src/{main,demo}.ts or cli/src/main.ts, which pass it in',
  },
  {
    what: 'the clock',
    global:
      /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(.]))|\bperformance\s*\.\s*(?:now|timeOrigin)\b|\bprocess\s*\.\s*hrtime\b/,
    allowed: new RegExp(`^(${ROOTS}|${CLIENT_PLATFORM})`),
    belongs: 'a root, which passes it in, or client/src/platform.ts',
  },
  {
    what: 'randomness',
    global: /\bMath\s*\.\s*random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/,
    allowed: new RegExp(`^${ROOTS}`),
    belongs: 'a root, which passes it in',
  },
  {
    what: 'global fetch',
    global: /(?<![.\w$])(?<!function\s+)fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/,
    allowed: new RegExp(`^(${ROOTS}|${CLIENT_PLATFORM})`),
    belongs: 'a root, which passes it in, or client/src/platform.ts',
  },
]

/** All that `packages/core/src` outside `compile/` may import beside itself. */
export const CORE_IMPORTS: readonly { readonly specifier: string; readonly file: RegExp }[] = [
  { specifier: 'node:crypto', file: /^packages\/core\/src\/digest\.ts$/ },
  { specifier: '@marcbachmann/cel-js', file: /^packages\/core\/src\/cel\.ts$/ },
]

/**
 * Surfaces never import adapters, nor adapters surfaces. The adapters' sub-folders never import one another; a file beside
 * them is a tool that they share.
 */
export const SEPARATE = {
  surfaces: 'packages/functions/src/surfaces/',
  adapters: 'packages/functions/src/adapters/',
} as const
