/** Builds the bundles of the functions, so that no deployment ships an old build. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { CompiledTenant } from '@token-broker/core'
import { tenantsFile } from '@token-broker/core/document'
import type { StageSettings } from './stage-settings.ts'

const BUILT = 'dist/broker/tenants.jsonl'

/**
 * The bundle contains the same tenant documents that roles are created for. With
 * `BROKER_BUNDLES=built`, `dist/` is deployed as it is, for pipelines that have tested it.
 * @throws {Error} `dist/` has other tenants, or the build fails
 */
export function buildBundles(
  { tenants, permissionsBoundaries }: StageSettings,
  documents: readonly CompiledTenant[],
): void {
  const build = [
    'packages/functions/build-functions.ts',
    '--quiet',
    ...(tenants === undefined ? ['--no-tenants'] : ['--tenants', tenants]),
    ...['--boundaries', permissionsBoundaries.join()],
  ]
  if (process.env.BROKER_BUNDLES === 'built') checkBuilt(documents, `node ${build.join(' ')}`)
  else execFileSync(process.execPath, build, { stdio: 'inherit' })
}

/** Such as a build without documents, which refuses every request. */
function checkBuilt(documents: readonly CompiledTenant[], command: string): void {
  const built = existsSync(BUILT) ? readFileSync(BUILT, 'utf8') : undefined
  if (built === tenantsFile(documents)) return
  const found = built === undefined ? 'is missing' : 'has other tenants'
  throw new Error(
    `BROKER_BUNDLES=built, but ${BUILT} ${found}: ` +
      `expected the ${documents.length} of this stage; build with ${command}`,
  )
}
