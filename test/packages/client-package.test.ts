/** `@token-broker/client`, packed and installed: contents, types, runs on Node.js 20 to 24. */
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { codeBlocks } from '../docs/markdown.ts'
import { closeAfterTests, startServedBroker } from '../fixtures/index.ts'
import { CONTENT, REGION, startS3Server } from '../fixtures/s3-server.ts'
import { issueSessions } from '../fixtures/sts-sessions.ts'
import { nodeBinary, skipsNode } from './node-binary.ts'
import { installPacked, REPOSITORY, run } from './packed-package.ts'

const { folder, files, remove } = await installPacked('client')
afterAll(remove)

it('contains one module, its types and its documentation, and nothing else', () => {
  expect(files).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/for-amplify.d.ts',
    'dist/from-token-broker.d.ts',
    'dist/index.d.ts',
    'dist/index.js',
    'dist/provider-options.d.ts',
    'dist/token-broker-error.d.ts',
    'docs/amplify.md',
    'docs/dpop.md',
    'docs/errors.md',
    'docs/identity-pool-clients.md',
    'docs/refresh-and-retries.md',
    'package.json',
  ])
})

it('installs no other package', () => {
  expect(globSync('node_modules/{*,@*/*}/package.json', { cwd: folder })).toEqual([
    'node_modules/@token-broker/client/package.json',
  ])
})

describe('running', async () => {
  const broker = await startServedBroker()
  const s3 = await closeAfterTests(startS3Server(issueSessions(broker.sts, 3600)))

  for (const major of [20, 22, 24] as const) {
    it.skipIf(skipsNode(major))(`gives an S3 client credentials on Node.js ${major}`, async () => {
      const app = path.join(folder, 'read-object.mjs')
      cpSync(path.join(import.meta.dirname, 'read-object.mjs'), app)
      const urls = { BROKER_URL: broker.url, S3_URL: s3.url }
      const env = { ...urls, REGION, REPOSITORY, TOKEN: await broker.token() }
      const { stdout } = await run(nodeBinary(major), [app], { cwd: folder, env })
      expect(JSON.parse(stdout)).toEqual({
        node: expect.stringMatching(`^v${major}\\.`),
        object: CONTENT,
        refusal: 'access_denied',
      })
    })
  }
})

describe('type declarations', () => {
  it('compile without any other package', async () => {
    write('types.ts', "export * from '@token-broker/client'")
    await compile(['types.ts'], { lib: ['es2022', 'dom'], types: [], skipLibCheck: false })
  })

  it('accept every example of the documentation', async () => {
    const pages = path.join(folder, 'node_modules/@token-broker/client')
    const examples = globSync('{README,docs/*}.md', { cwd: pages }).flatMap((page) =>
      codeBlocks(readFileSync(path.join(pages, page), 'utf8'), 'ts'),
    )
    expect(examples).toHaveLength(5)
    for (const [index, code] of examples.entries()) write(`example-${index}.ts`, code)
    write('app-code.d.ts', APP_CODE)
    const modules = path.join(REPOSITORY, 'node_modules')
    // `aws-amplify` re-exports what the examples use from its core.
    const amplify = [`${modules}/@aws-amplify/core`]
    await compile(['example-*.ts', 'app-code.d.ts'], {
      // Also resolves `paths` to folders, which `nodenext` does not.
      module: 'preserve',
      lib: ['es2022', 'dom'],
      types: ['node'],
      typeRoots: [`${modules}/@types`],
      skipLibCheck: true,
      paths: {
        '@aws-sdk/*': [`${modules}/@aws-sdk/*`],
        'aws-amplify': amplify,
        'aws-amplify/auth': amplify,
      },
    })
  })
})

/** What the examples expect of the reader's own app. */
const APP_CODE = `
declare const session: {
  idToken(forceRefresh?: boolean): Promise<string>
  accessToken(keyPair: CryptoKeyPair): Promise<string>
  renew(): Promise<void>
}
declare const config: Record<string, never>
declare const s3: import('@aws-sdk/client-s3').S3Client
declare function showNoAccess(requestId: string | undefined): void
`

function write(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text)
}

/** @throws with the compiler's messages */
async function compile(
  include: readonly string[],
  options: Record<string, unknown>,
): Promise<void> {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noEmit: true }
  const compilerOptions = { ...strict, target: 'es2022', module: 'nodenext', ...options }
  write('package.json', JSON.stringify({ type: 'module' }))
  write('tsconfig.json', JSON.stringify({ compilerOptions, include }))
  const tsc = path.join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', folder]).catch(({ stdout }) => expect(stdout).toBe(''))
}
