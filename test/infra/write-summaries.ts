/** `npm run stacks:summary`: writes the summary of each stage. */
import { writeFileSync } from 'node:fs'
import { SUMMARY_STAGES, summarize, summaryFile } from './summarize.ts'
import { synthesize } from './synthesize.ts'

for (const stage of SUMMARY_STAGES)
  writeFileSync(summaryFile(stage), summarize(await synthesize(stage)))
