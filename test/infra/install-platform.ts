/** `npm run stacks:install`: puts SST's platform and its types into `.sst/`, once for each version of SST (a minute, 320 MB). */
import { execFileSync } from 'node:child_process'
import { platformIsInstalled, ROOT } from './sst-platform.ts'

if (!platformIsInstalled()) {
  console.log('installing the platform of SST into .sst/, which takes about a minute')
  execFileSync('npx', ['sst', 'install', '--stage', 'pr-1'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      SST_TELEMETRY_DISABLED: '1',
      SST_SKIP_DEPENDENCY_CHECK: '1',
      SST_NO_BUN: '1',
    },
  })
  if (!platformIsInstalled()) throw new Error('sst install has not left its platform in .sst/')
}
