/** Builds what the functions run, so that no deploy ships an older build or other tenants than it makes roles for. */
import { execFileSync } from 'node:child_process'
import type { StageSettings } from './stage-settings.ts'

/** `BROKER_BUNDLES=built` ships what lies in `dist/`: for a pipeline that has built and tested those very bytes. */
export function buildBundles({ tenants }: StageSettings): void {
  if (process.env.BROKER_BUNDLES === 'built') return
  execFileSync(
    process.execPath,
    ['packages/functions/build-functions.ts', '--quiet', '--tenants', tenants],
    {
      stdio: 'inherit',
    },
  )
}
