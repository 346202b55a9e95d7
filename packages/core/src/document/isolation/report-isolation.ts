/** Reports what the proof found, with the two callers and the text that both reach. */
import { formatPath } from '../../model/value-path.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import type { MixedIssuers } from './mixed-issuers.ts'
import type { IsolationFinding } from './prove-isolation.ts'

export function reportFinding(finding: IsolationFinding, report: Report): void {
  const { path, verdict } = finding
  switch (verdict) {
    case 'separate':
    case 'same-for-all':
    case 'shared':
    case 'outside':
    case 'inside-both':
      return
    case 'not-separate':
      report(path, describeMeeting(finding), hintFor(finding))
      return
    case 'issuers-not-separate':
      report(path, describeMix(finding), hintForMix(finding))
      return
    case 'slots-without-effect':
      report(
        path,
        'the slots of this statement do not decide what is reached, so all callers reach the same',
        suggestKey(finding) +
          'use a slot in Resource or in a condition such as StringLike s3:prefix, or write ' +
          'shared: true if all callers of the grant may share it',
      )
      return
    case 'undecided':
      report(
        path,
        'it could not be decided whether two callers with different values can meet here',
        'use each slot once, fewer slots, shorter patterns, or a fixed character between slots ' +
          'and wildcards; split a document with hundreds of grants into several tenants',
      )
  }
}

function describeMix({ slots, other, mixed }: IsolationFinding): string {
  if (mixed === undefined) throw new Error('Issuers are mixed without an example.')
  const { reader, issuers } = mixed
  const { two, each } = PARTIES[reader]
  if (other === undefined)
    return (
      `the tenant has several issuers, and ${two} can have the same ${slots.join(' and ')}: they ` +
      'would share what is reached here'
    )
  const [first, second] = issuers
  return (
    `${each} of ${first} through ${formatPath(other.path)} and ${each} of ${second} here can ` +
    'have the same values: they would share what both reach'
  )
}

function hintForMix({ mixed }: IsolationFinding): string {
  const across =
    'or, where equal values mean the same person at each issuer, write acrossIssuers: true on ' +
    'the attribute'
  if (mixed?.reader === 'both')
    return (
      'do one of these: use one attribute for users and another one for actors; limit the rules ' +
      `of the grant with issuer == "https://…" && actor.issuer == "https://…"; ${across}`
    )
  if (mixed?.reader === 'actor')
    return (
      'do one of these: limit the rules of the grant with actor.issuer == "https://…"; add an ' +
      'attribute that depends on the issuer of the actor alone and use it here too, such as ' +
      `partner: { from: 'actor.issuer == "https://…" ? "a" : "b"' }; ${across}`
    )
  return (
    'do one of these: write one tenant per issuer; limit the attribute to one issuer with ' +
    'issuer: https://…; limit the rules of the grant with issuer == "https://…"; add an ' +
    'attribute that depends on the issuer alone and use it here too, such as ' +
    `company: { from: 'issuer == "https://…" ? "a" : "b"' }; ${across}`
  )
}

function suggestKey({ suggestedKey }: IsolationFinding): string {
  return suggestedKey === undefined ? '' : `did you mean the condition key ${suggestedKey}? `
}

function describeMeeting({ example, other, path }: IsolationFinding): string {
  if (example === undefined) throw new Error('A meeting was found without an example.')
  const texts = Object.values(example.texts).join(' with ')
  const place = other === undefined ? '' : ` through ${formatPath(other.path)}`
  const here = other === undefined ? '' : ` through ${formatPath(path)}`
  return (
    `a caller${describeValues(example.first)}${place} and a caller` +
    `${describeValues(example.second)}${here} can both reach ${texts}`
  )
}

/** Who of two issuers would be mistaken for each other. */
const PARTIES: Readonly<Record<MixedIssuers['reader'], { readonly two: string; each: string }>> = {
  subject: { two: 'two of their users', each: 'a caller' },
  actor: { two: 'two of their actors', each: 'an actor' },
  both: { two: 'a user of one and an actor of another', each: 'a user or an actor' },
}

/** Empty where the values do not matter for the text. */
function describeValues(values: Readonly<Record<string, string>>): string {
  const described = Object.entries(values).map(
    ([name, value]) => `${name} ${JSON.stringify(value)}`,
  )
  return described.length === 0 ? '' : ` with ${described.join(', ')}`
}

function hintFor({ other, path }: IsolationFinding): string {
  if (isTag(path) && other !== undefined)
    return (
      'write a fixed text in each of the two values that the other one cannot have, or give one ' +
      'of the tags another key'
    )
  if (isTag(path))
    return (
      'write a character between the slots that their patterns cannot contain, ' +
      'or use one session tag for each attribute'
    )
  if (other !== undefined)
    return (
      'begin each of the two with a fixed word of its own, such as teams/{{team}} and ' +
      'users/{{user}}, or write shared: true on one of the statements if this is intended'
    )
  return (
    'write a character before and after the slot that neither its pattern nor a wildcard beside ' +
    'it can contain, or limit the pattern; write shared: true if this is intended'
  )
}

function isTag(path: DocumentPath): boolean {
  return path.includes('sessionTags')
}
