/** Tenant documents with one or two templates, generated from a fixed seed, and written by hand. */
import fc from 'fast-check'
import { BUCKET, type CorpusDocument, documentText, type Place } from './corpus-document.ts'
import { REALISTIC_DOCUMENTS } from './realistic-documents.ts'
import { VALUE_LANGUAGES, type ValueLanguage } from './value-languages.ts'

const SEED = 13
const GENERATED = 520

/** More than 500 documents, each different. */
export function tenantCorpus(): CorpusDocument[] {
  const generated = fc.sample(documents, { seed: SEED, numRuns: GENERATED })
  const all = [...REALISTIC_DOCUMENTS, ...generated]
  return [...new Map(all.map((one) => [documentText(one), one])).values()]
}

const LITERALS = ['', '/', '/', '-', '-', '.', ':', 'a', 'b', 'x/', '/x', '-x-']
const NAMES = ['x', 'y', 'z']

const oneLanguage = fc.constantFrom<ValueLanguage>(...Object.values(VALUE_LANGUAGES))
const languages = fc.record({ x: oneLanguage, y: oneLanguage, z: oneLanguage })
const separators = fc.constantFrom(...LITERALS)
const ends = fc.constantFrom('', '/*', '*', '-*', '/?', '?', 'x', '.json', '/*/x', 'a*')
const starts = fc.constantFrom('', '', '', 'data/', '*/', '?/', '?', 'x')

function slots(unique: { selector?: (slot: readonly [string, string]) => string }) {
  return fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), separators), {
    minLength: 1,
    maxLength: 3,
    ...unique,
  })
}

/** Some slots with something between each two, and perhaps wildcards at the ends. */
const templates = fc
  .tuple(
    starts,
    fc.oneof(
      { weight: 9, arbitrary: slots({ selector: ([name]) => name }) },
      // Some templates repeat a slot.
      { weight: 1, arbitrary: slots({}) },
    ),
    ends,
  )
  .map(([start, slots, end]) => {
    const middle = slots.map(([name, separator], index) =>
      index === 0 ? `{{${name}}}` : `${separator}{{${name}}}`,
    )
    return `${start}${middle.join('')}${end}`
  })

/** As templates are usually written, so that most of them are separate. */
const usual = fc
  .array(fc.constantFrom('/', '/', ':', '/data/'), { minLength: 0, maxLength: 2 })
  .map((between) =>
    ['{{x}}', ...between.map((one, index) => `${one}{{${NAMES[index + 1]}}}`)].join(''),
  )
const usualTemplates = fc.tuple(usual, fc.constantFrom('', '/*', '/x')).map(([a, b]) => a + b)

const single = fc.record({
  place: fc.constantFrom<Place>(
    ...([
      'Resource',
      'Resource',
      'Resource',
      'StringLike',
      'StringLike',
      'StringEquals',
      'sessionTag',
      'principalTag',
    ] as const),
  ),
  templates: fc
    .oneof({ weight: 5, arbitrary: templates }, { weight: 1, arbitrary: usualTemplates })
    .map((one) => [one]),
  languages,
})
const PAIRS = [
  ['data/{{x}}/*', 'data/{{y}}/*'],
  ['data/{{x}}/*', 'data/{{x}}/{{y}}/*'],
  ['teams/{{x}}/*', 'users/{{y}}/*'],
  ['{{x}}/*', '{{y}}'],
  ['{{x}}-{{y}}', '{{y}}-{{x}}'],
  ['{{x}}', '{{x}}/y'],
  ['a/{{x}}', '{{y}}/b'],
  ['{{x}}/a', '{{x}}/?'],
] as const
const pairs = fc.record({
  place: fc.constantFrom<Place>('Resource', 'oneStatement'),
  templates: fc.constantFrom(...PAIRS),
  languages,
})

const documents = fc
  .oneof({ weight: 8, arbitrary: single }, { weight: 1, arbitrary: pairs })
  .map(({ place, templates: texts, languages: all }): CorpusDocument => {
    const used = NAMES.filter((name) => texts.some((text) => text.includes(`{{${name}}}`)))
    return {
      place,
      templates: texts.map((text) => placed(place, text)),
      languages: Object.fromEntries(used.map((name) => [name, all[name as keyof typeof all]])),
    }
  })

function placed(place: Place, template: string): string {
  if (place.startsWith('String')) return template
  // Values of session tags cannot contain wildcards.
  if (place.endsWith('Tag')) return template.replace(/[*?]/g, '+')
  return `${BUCKET}/${template}`
}
