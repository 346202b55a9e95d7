/** Replays the corpus of the fuzzer: seeds, and every input that it found, once for each target. */
import { describe, expect, it } from 'vitest'
import { CLASS_TIMEOUT, measure, startClass } from './attack.ts'
import { readCorpus } from './fuzz/corpus.ts'
import { runTarget } from './fuzz/run-target.ts'
import { TARGETS } from './fuzz/targets.ts'

describe('the corpus', () => {
  it.for(Object.entries(TARGETS))(
    'of %s is taken or refused',
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
            () => 'held',
            (error: unknown) => String(error),
          )
        const outcome = await measure(attackClass, run, (told) => told)
        outcomes.push(`${file}: ${outcome}`)
      }
      expect(outcomes.filter((outcome) => !outcome.endsWith(': held'))).toEqual([])
    },
  )
})
