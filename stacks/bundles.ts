/** Builds the bundles of the functions, so that no deployment ships an old build. */
import { execFileSync } from 'node:child_process'
import type { StageSettings } from './stage-settings.ts'

/**
 * The bundle contains the same tenant documents that roles are created for. With
 * `BROKER_BUNDLES=built`, `dist/` is deployed as it is, for pipelines that have tested it.
 */
export function buildBundles({ tenants, permissionsBoundaries }: StageSettings): void {
  if (process.env.BROKER_BUNDLES === 'built') return
  execFileSync(
    process.execPath,
    [
      'packages/functions/build-functions.ts',
      '--quiet',
      ...['--tenants', tenants],
      ...['--boundaries', permissionsBoundaries.join()],
    ],
    {
      stdio: 'inherit',
    },
  )
}
