/** Finds audiences and origins that look like patterns, although they are compared exactly. */
import type { LintContext, LintedText, LintRule } from './lint-context.ts'

export const checkAudiences: LintRule = ({ document }, report) => {
  for (const { text, path } of audiencesOf(document))
    if (text.includes('*'))
      report(
        'wildcard-audience',
        path,
        `${text} matches only a token with exactly this text; * is not a wildcard here`,
        'write each audience or party as the tokens contain it',
      )
}

export const checkOrigins: LintRule = ({ document }, report) => {
  for (const [index, origin] of (document.allowedOrigins ?? []).entries())
    if (origin.includes('*'))
      report(
        'wildcard-origin',
        ['allowedOrigins', index],
        `no browser sends the origin ${origin}, because origins are compared exactly`,
        'write each origin: https://app.acme.example',
      )
}

/** Audiences and authorized parties. */
export function audiencesOf(document: LintContext['document']): LintedText[] {
  return document.issuers.flatMap((issuer, at) =>
    (['audiences', 'authorizedParties'] as const).flatMap((field) => {
      const values: unknown = issuer[field]
      if (!Array.isArray(values)) return []
      return values.flatMap((text, index) =>
        typeof text === 'string' ? [{ text, path: ['issuers', at, field, index] }] : [],
      )
    }),
  )
}
