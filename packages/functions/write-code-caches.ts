/** Makes the V8 code caches of a built broker: each in a process with the flags that it is for. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** @param directory with `index.mjs` and the code */
export function writeCodeCaches(directory: string): void {
  for (const exposesGc of [false, true])
    execFileSync(
      process.execPath,
      [
        ...(exposesGc ? ['--expose-gc'] : []),
        path.join(import.meta.dirname, 'warm-up.ts'),
        path.join(directory, 'index.mjs'),
        String(exposesGc),
      ],
      // No other setting of the build must reach the broker, nor its records the build's output.
      { env: { AWS_LAMBDA_FUNCTION_NAME: 'build' }, stdio: ['ignore', 'ignore', 'inherit'] },
    )
}
