/** The results as Markdown: means by channel, and every message with its score. */
import { type ScoredMistake, SUBJECTS } from './all-mistakes.ts'
import { CHANNELS, type Channel, type ScoredMessage } from './mistake.ts'

const MAX_SHOWN_CHARACTERS = 360

/** The lowest mean of each channel. */
export const TARGETS: Readonly<Record<Channel, number>> = {
  validate: 2.8,
  explain: 2.8,
  record: 2.7,
  response: 2.3,
}

export interface ChannelMean {
  readonly channel: Channel
  readonly mistakes: number
  readonly mean: number
  /** Where marks that a caller may not know count as missing. */
  readonly strictMean: number
}

export function channelMeans(results: readonly ScoredMistake[]): readonly ChannelMean[] {
  return CHANNELS.map((channel) => {
    const scored = results.flatMap(({ scored }) => scored[channel] ?? [])
    const mean = (score: (message: ScoredMessage) => number) =>
      scored.reduce((sum, message) => sum + score(message), 0) / scored.length
    return {
      ...{ channel, mistakes: scored.length },
      mean: mean(({ score }) => score),
      strictMean: mean(({ strictScore }) => strictScore),
    }
  })
}

/** Mistakes of which no channel says anything. */
export function silentMistakes(results: readonly ScoredMistake[]): readonly string[] {
  return results
    .filter(({ scored }) => Object.values(scored).every(({ score }) => score === 0))
    .map(({ mistake }) => mistake.id)
}

export function meansTable(means: readonly ChannelMean[]): string {
  const rows = means.map(
    ({ channel, mistakes, mean, strictMean }) =>
      `| ${channel} | ${mistakes} | ${mean.toFixed(2)} | ${TARGETS[channel]} ` +
      `| ${strictMean.toFixed(2)} |`,
  )
  return [
    '| channel | mistakes | mean | target | mean if hidden marks count as missing |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** One table for each subject, with one row for each message. */
export function messagesTable(results: readonly ScoredMistake[]): string {
  return SUBJECTS.map(({ title, mistakes, elsewhere }) => {
    const rows = mistakes.flatMap((mistake) => {
      const result = results.find((one) => one.mistake === mistake)
      return CHANNELS.flatMap((channel, index) => {
        const message = result?.scored[channel]
        const reason = mistake.elsewhere?.[channel]
        const what = index === 0 || message ? mistake.what : ''
        if (message) return [`| ${what} | ${channel} | ${message.score} | ${shown(message.text)} |`]
        return reason ? [`| ${mistake.what} | ${channel} | – | ${reason} |`] : []
      })
    })
    const reasons = CHANNELS.filter((channel) => elsewhere[channel]).map(
      (channel) => `- ${channel}: ${elsewhere[channel]}`,
    )
    return [
      `### ${title}`,
      'Why a channel has no row:',
      reasons.join('\n'),
      ['| mistake | channel | score | message |', '|---|---|---|---|', ...rows].join('\n'),
    ].join('\n\n')
  }).join('\n\n')
}

/** What is different in each run, and what is shown in its place. */
const VARYING: readonly (readonly [form: RegExp, shown: string])[] = [
  [/\{"requestId":"[^"]*","endpoint":"[\w-]*","outcome":"\w*",/g, '{'],
  [/"(?:documentSha256|subjectTokenSha256|policySha256|clientIp|userAgent)":"[^"]*",?/g, ''],
  [/"durationsMs":\{[^}]*\}/g, ''],
  [/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/\b\d{10,13}(?:\.\d+)?\b(?!:)/g, 'NUMBER'],
  [/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:PORT'],
  [/[\w/.-]*\/mistakes-\w+/g, 'FOLDER'],
  [/\b[a-z2-7]{32}\b/g, 'NAME'],
]

/** On one line of a table. */
function shown(text: string): string {
  const line = VARYING.reduce((given, [form, name]) => given.replaceAll(form, name), text)
    .replaceAll(/\s+/g, ' ')
    .trim()
  const isLong = line.length > MAX_SHOWN_CHARACTERS
  const cut = isLong ? `${line.slice(0, MAX_SHOWN_CHARACTERS)} …` : line
  return cut.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
