/**
 * `npm start`, `npm run demo` and `npm run game`: builds the functions, unless they are up to date.
 * The build takes longer than everything else that happens until the runtime is ready.
 */
import path from 'node:path'
import { isUpToDate } from './is-up-to-date.ts'

/** The last file that the build writes, with the time at which the build began. */
const LAST_FILE = 'dist/broker/tenants.jsonl'
const INPUTS = [
  ...['packages/core/{,src/**}', 'packages/functions/{,*.ts,src/**}'],
  ...['packages/cli/src/{,documents/**,lint/**}', 'stacks/tenants/{,**}', 'package-lock.json'],
]

if (!isUpToDate(path.resolve(import.meta.dirname, '../..'), LAST_FILE, INPUTS))
  await import('./build-functions.ts')
