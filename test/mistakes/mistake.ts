/** What a deliberate mistake is, and the rule by which messages about it are scored. */

/** Where somebody can learn of a mistake. */
export const CHANNELS = ['validate', 'explain', 'record', 'response'] as const
export type Channel = (typeof CHANNELS)[number]

/** Text that the message must contain, or a pattern that it must match; line breaks are spaces. */
type Mark = string | RegExp

/** What a good message says, from the point of view of the person who made the mistake. */
export interface Marks {
  /** What failed. */
  readonly check: Mark
  /** What would have been right. */
  readonly expected: Mark | typeof HIDDEN
  /** What was there instead. */
  readonly found: Mark | typeof HIDDEN
  /** What to do about it. */
  readonly fix: Mark
}

/** Of a response: what its caller may not know, such as the value of another claim. */
export const HIDDEN = Symbol('hidden')

export interface MistakeBase {
  /** Unique; it begins with the subject. */
  readonly id: string
  /** What was done wrong. */
  readonly what: string
  /** `issue`: named in issue 18. A number: of the cases that were collected for the project. */
  readonly named?: string
  /** What the channels must say; a channel that is absent has the reason in `elsewhere`. */
  readonly marks: Readonly<Partial<Record<Channel, Marks>>>
  readonly elsewhere?: Readonly<Partial<Record<Channel, string>>>
}

/** What each channel said, and what none of them, or no caller, may say. */
export interface Messages extends Readonly<Partial<Record<Channel, string>>> {
  /** Tokens, secrets and claims: in no channel. */
  readonly nowhere?: readonly string[]
  /** Names of others, and values of claims: in no response. */
  readonly notInResponse?: readonly string[]
}

/** @returns the channels that say something that they must not say */
export function findLeaks(messages: Messages): readonly Channel[] {
  const { nowhere = [], notInResponse = [] } = messages
  return CHANNELS.filter((channel) => {
    const text = messages[channel] ?? ''
    const secrets = channel === 'response' ? [...nowhere, ...notInResponse] : nowhere
    return secrets.some((secret) => text.includes(secret))
  })
}

/** 0: silent or misleading; 1: the check; 2: also expected and found; 3: also the fix. */
type Score = 0 | 1 | 2 | 3

export interface ScoredMessage {
  readonly text: string
  readonly score: Score
  /** The marks that the text does not have. */
  readonly missing: readonly (keyof Marks)[]
  /** The score if marks that the caller may not know counted as missing. */
  readonly strictScore: Score
}

/** Scores one message by the rule of issue 18. */
export function scoreMessage(text: string, marks: Marks): ScoredMessage {
  const line = text.replaceAll(/\s+/g, ' ')
  const names = ['check', 'expected', 'found', 'fix'] as const
  const hidden = names.filter((name) => marks[name] === HIDDEN)
  const missing = names.filter((name) => {
    const mark = marks[name]
    return mark !== HIDDEN && !contains(line, name === 'fix' ? wholeWords(mark) : mark)
  })
  return {
    text,
    missing,
    score: scoreOf(new Set(missing)),
    strictScore: scoreOf(new Set([...missing, ...hidden])),
  }
}

function scoreOf(missing: ReadonlySet<keyof Marks>): Score {
  if (missing.has('check')) return 0
  if (missing.has('expected') || missing.has('found')) return 1
  return missing.has('fix') ? 2 : 3
}

function contains(line: string, mark: Mark): boolean {
  return typeof mark === 'string' ? line.includes(mark) : mark.test(line)
}

/** What to do is said in whole words: `set` is not in `settings`. */
function wholeWords(mark: Mark): Mark {
  if (typeof mark === 'string' || !/^[\w |?]+$/.test(mark.source)) return mark
  return new RegExp(`\\b(?:${mark.source})s?\\b`, mark.flags)
}
