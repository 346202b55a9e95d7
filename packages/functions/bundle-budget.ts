/** How large the bundle may be that every start of the broker loads. */
import type { Metafile } from 'esbuild'
import { CODE } from './code-files.ts'

/** Bytes of `index.mjs`, minified, by function. */
const BUDGETS: Readonly<Record<string, number>> = { broker: 280_000 }
/** Inputs in a message. */
const SHOWN_INPUTS = 5

/**
 * @param name of the function
 * @returns what to do about a bundle that is too large; undefined: it is not
 */
export function describeExcess(name: string, { outputs }: Metafile): string | undefined {
  const budget = BUDGETS[name]
  const [file, entry] =
    Object.entries(outputs).find(
      ([out]) => out.endsWith('/index.mjs') || out.endsWith(`/${CODE}`),
    ) ?? []
  if (budget === undefined || file === undefined || entry === undefined) return undefined
  if (entry.bytes <= budget) return undefined
  const largest = Object.entries(entry.inputs)
    .sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput)
    .slice(0, SHOWN_INPUTS)
    .map(([input, { bytesInOutput }]) => `${input} (${bytesInOutput})`)
  return (
    `${file} has ${entry.bytes} bytes: expected at most ${budget}; import what few requests need ` +
    'dynamically (see .github/decisions/lazily-loaded-bundles.md), or raise the budget in ' +
    `packages/functions/bundle-budget.ts. Its largest inputs: ${largest.join(', ')}.`
  )
}
