/** Runs each fuzz target once on every input of its corpus: the seeds, and those that it found. */
import { describe, expect, it } from 'vitest'
import { CLASS_TIMEOUT, measure, startClass } from './attack.ts'
import { readCorpus } from './fuzz/corpus.ts'
import { runTarget } from './fuzz/run-target.ts'
import { TARGETS } from './fuzz/targets.ts'

describe('each input of the corpus', () => {
  it.for(Object.entries(TARGETS))(
    'of %s is accepted or refused',
    CLASS_TIMEOUT,
    async ([name, start], { task }) => {
      const attackClass = startClass(task.meta, `corpus: ${name}`)
      const target = await start()
      const inputs = readCorpus(name)
      expect(inputs.length).toBeGreaterThan(0)
      const outcomes: string[] = []
      for (const { name: file, input } of inputs) {
        const run = () =>
          runTarget(target, input).then(
            () => 'passed',
            (error: unknown) => String(error),
          )
        const outcome = await measure(attackClass, run, (result) => result)
        outcomes.push(`${file}: ${outcome}`)
      }
      expect(outcomes.filter((outcome) => !outcome.endsWith(': passed'))).toEqual([])
    },
  )
})
