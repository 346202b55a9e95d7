/** An independent solver decides whether callers can meet, for the documents of a corpus. */
import { expect, test } from 'vitest'
import { canMeet, provenTemplates, templatesOf, verdictOf } from './compare-verdicts.ts'
import { documentText } from './corpus-document.ts'
import { skipsCvc5 } from './cvc5.ts'
import { matches, repeatsSlot } from './templates.ts'
import { tenantCorpus } from './tenant-corpus.ts'

const PROCESSES = 2
/** A minute or two on two free cores. */
const LONG = { timeout: 1_800_000 }
/** Share of the documents that the solver may give up on. */
const MAX_UNKNOWN = 0.1
/** Share of the documents that the proof may give up on. */
const MAX_UNDECIDED = 0.02

test.skipIf(skipsCvc5())(
  'cvc5 finds that callers can meet in exactly the documents that the proof refuses',
  LONG,
  async () => {
    const documents = tenantCorpus()
    const count: Record<string, number> = {}
    const disagreements: string[] = []
    await forEachAtOnce(documents, PROCESSES, async (document) => {
      const verdict = verdictOf(document)
      const satisfiable = await canMeet(document)
      const outcome = `${verdict}, ${satisfiable}`
      count[outcome] = (count[outcome] ?? 0) + 1
      // What is not decided is refused, wrongly so where callers cannot meet.
      const isWrong = outcome === 'undecided, unsat' && !templatesOf(document).some(repeatsSlot)
      if (outcome === 'separate, sat' || outcome === 'not-separate, unsat' || isWrong)
        disagreements.push(`${outcome}: ${documentText(document)}`)
    })
    console.log(`cvc5 and the proof of ${documents.length} documents: ${JSON.stringify(count)}`)

    expect(documents.length).toBeGreaterThanOrEqual(500)
    expect(disagreements).toEqual([])
    expect(count['separate, unsat']).toBeGreaterThan(100)
    expect(count['not-separate, sat']).toBeGreaterThan(100)
    const countOf = (part: RegExp) =>
      Object.entries(count)
        .filter(([outcome]) => part.test(outcome))
        .reduce((sum, [, one]) => sum + one, 0)
    expect(countOf(/unknown$/)).toBeLessThan(documents.length * MAX_UNKNOWN)
    expect(countOf(/^undecided/)).toBeLessThan(documents.length * MAX_UNDECIDED)
  },
)

test('two callers of each example reach the text of the example', LONG, () => {
  let examples = 0
  for (const document of tenantCorpus()) {
    const templates = templatesOf(document)
    for (const [index, { example, other, verdict }] of provenTemplates(document).entries()) {
      expect(example !== undefined).toBe(verdict === 'not-separate')
      if (example === undefined) continue
      examples++
      const isCondition = document.place.startsWith('String')
      const { Resource, ...others } = example.texts
      const [text = ''] = Object.values(isCondition ? others : example.texts)
      const isOne = document.place === 'oneStatement'
      const readings = isOne ? templates : [templates[index] ?? []]
      const earlier = other === undefined ? readings : [templates[0] ?? []]
      expect(earlier.some((template) => matches(template, example.first, text))).toBe(true)
      expect(readings.some((template) => matches(template, example.second, text))).toBe(true)
      for (const values of [example.first, example.second])
        for (const [name, value] of Object.entries(values))
          expect(value).toMatch(new RegExp(`^(?:${document.languages[name]?.pattern})$`, 'u'))
    }
  }
  expect(examples).toBeGreaterThan(100)
})

async function forEachAtOnce<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const pending = items.values()
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of pending) await work(item)
    }),
  )
}
