/** `npm run stacks:install`: installs the platform of SST (320 MB) into `.sst/` if needed. */
import { execFileSync } from 'node:child_process'
import { isPlatformInstalled, ROOT } from './sst-platform.ts'

if (!isPlatformInstalled()) {
  console.log('Installing the platform of SST into .sst/. This takes about a minute.')
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
  if (!isPlatformInstalled())
    throw new Error('"sst install" did not install its platform into .sst/; see its output above.')
}
