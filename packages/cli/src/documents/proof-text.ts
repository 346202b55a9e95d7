/** What is proved of one part of a document, in words. */
import type { IsolationFinding, MeetingExample, Verdict } from '@token-broker/core/document'

const VERDICTS: Readonly<Record<Verdict, (slots: string) => string>> = {
  separate: (slots) => `separate: callers with different ${slots} reach nothing in common`,
  'same-for-all': () => 'the same for all callers of the grant: no slots',
  shared: () => 'shared, as the document declares',
  outside: () => 'not in the document, so nothing is proved of it',
  'inside-both': () => 'inside both grants, for the same values of their slots',
  'not-separate': (slots) =>
    slots === '' ? 'NOT SEPARATE: it is for all callers' : `NOT SEPARATE by ${slots}`,
  'issuers-not-separate': (slots) =>
    `NOT SEPARATE: users of two issuers can have the same ${slots}`,
  'slots-without-effect': () => 'NOT SEPARATE: its slots do not decide what is reached',
  undecided: () => 'NOT DECIDED within the limit of steps',
}

/** The verdict, and the lines of an example where two callers reach the same. */
export function proofLines({ verdict, slots, other, example }: IsolationFinding): {
  readonly verdict: string
  readonly example: readonly string[]
} {
  return {
    verdict: VERDICTS[verdict](slots.join(', ')),
    example: example === undefined ? [] : describeExample(example, other?.label),
  }
}

function describeExample({ first, second, texts }: MeetingExample, other?: string): string[] {
  const describeCaller = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join(', ')
  return [
    `one caller:  ${describeCaller(first)}${other === undefined ? '' : ` (by ${other})`}`,
    `another one: ${describeCaller(second)}`,
    ...Object.entries(texts).map(([dimension, text]) => `both reach:  ${dimension} ${text}`),
  ]
}
