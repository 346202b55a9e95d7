/** `npm run stacks:summary`: writes the page of each stage anew. */
import { writeFileSync } from 'node:fs'
import { SUMMARY_STAGES, summarize, summaryFile } from './summarize.ts'
import { synthesize } from './synthesize.ts'

for (const stage of SUMMARY_STAGES)
  writeFileSync(summaryFile(stage), summarize(await synthesize(stage)))
