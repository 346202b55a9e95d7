/** Whether an automaton accepts a text, by following every way to read it. */
import type { Automaton } from '../../../packages/core/src/automata/automaton.ts'
import { rangesMeet, rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'

export function accepts(automaton: Automaton, text: string): boolean {
  let states = new Set([0])
  for (const character of text) {
    const read = rangesOf(character)
    const next = new Set<number>()
    for (const state of states)
      for (const to of automaton[state]?.next ?? [])
        if (rangesMeet(automaton[to]?.on ?? [], read)) next.add(to)
    states = next
  }
  return [...states].some((state) => automaton[state]?.isAccepting)
}
