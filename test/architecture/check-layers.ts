/** `npm run check:layers`: prints each violation of the dependency rule; fails if there is one. */
import path from 'node:path'
import { findViolations } from './find-violations.ts'

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../..'))
const violations = findViolations(root)
for (const { file, line, rule, message } of violations)
  console.error(`${file}:${line} [${rule}] ${message}`)
if (violations.length > 0) process.exitCode = 1
else console.log('check:layers found no violation of the dependency rule')
