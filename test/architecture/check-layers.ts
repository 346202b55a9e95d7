/** `npm run check:layers`: prints each breach of the dependency rule and fails if there is one. */
import path from 'node:path'
import { findBreaches } from './find-breaches.ts'

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../..'))
const breaches = findBreaches(root)
for (const { file, line, message } of breaches) console.error(`${file}:${line} ${message}`)
if (breaches.length > 0) process.exitCode = 1
else console.log('layers: every import and global is where it belongs')
