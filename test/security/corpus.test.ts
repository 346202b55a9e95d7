/** Replays the corpus of the fuzzer: seeds, and every input that it found, once for each target. */
import { describe, expect, it } from 'vitest'
import { CLASS_TIMEOUT } from './attack.ts'
import { readCorpus } from './fuzz/corpus.ts'
import { runTarget } from './fuzz/run-target.ts'
import { TARGETS } from './fuzz/targets.ts'

describe('the corpus', () => {
  it.each(Object.entries(TARGETS))('of %s is taken or refused', CLASS_TIMEOUT, async (name, start) => {
    const target = await start()
    const inputs = readCorpus(name)
    expect(inputs.length).toBeGreaterThan(0)
    const outcomes: string[] = []
    for (const { name: file, input } of inputs) {
      const outcome = await runTarget(target, input).then(
        () => 'held',
        (error: unknown) => String(error),
      )
      outcomes.push(`${file}: ${outcome}`)
    }
    expect(outcomes.filter((outcome) => !outcome.endsWith(': held'))).toEqual([])
  })
})
