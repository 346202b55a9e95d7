/** Guards of how policies are read, evaluated, compared and written. */
import type { Mutant } from './mutant.ts'

export const POLICY_MUTANTS: readonly Mutant[] = [
  {
    guard: 'trust policy: principals beside the provider',
    find: "kind !== 'Federated' || value !== provider",
    replace: 'false',
  },
  {
    guard: 'grammar: the whole service of an action',
    find: '[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+)$/',
    replace: '[A-Za-z0-9*-]+:[A-Za-z0-9*?_-]+)$/',
  },
  {
    guard: 'grammar: the six parts of an ARN',
    find: "rest.length === 0 || (rest.length === 1 && rest[0] === '')",
    replace: 'false',
  },
  {
    guard: 'grammar: variables after the fifth colon',
    find: "beforeResource.includes('$')",
    replace: 'false',
  },
  {
    guard: 'grammar: keys that differ only in case',
    find: 'known.get(name.toLowerCase())',
    replace: 'known.get(name)',
  },
  {
    guard: 'grammar: the prefix of an IPv6 address',
    find: '(parsed.bits === 128 && prefixText === undefined)',
    replace: 'false',
  },
  {
    guard: 'grammar: bits of base64 that no byte has are 0',
    find: 'return BASE64.test(text) ? text : undefined',
    replace: 'return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? text : undefined',
  },
  {
    guard: 'grammar: variables of other versions',
    find: "Version !== '2012-10-17' && JSON",
    replace: 'Version === null && JSON',
  },
  {
    guard: 'grammar: a Sid only once',
    find: 'Sid !== undefined && sids.has(Sid)',
    replace: 'Sid === null',
  },
  {
    guard: 'evaluator: a Deny decides',
    find: 'denies.includes(true) || ',
    replace: '',
  },
  {
    guard: 'evaluator: a negated operator of an absent key',
    find: 'return ifExists || negated',
    replace: 'return ifExists',
  },
  {
    guard: 'evaluator: a variable without a value',
    find: 'if (isNull) return false',
    replace: 'if (isNull) isNull.valueOf()',
  },
  {
    guard: 'policy: nothing allowed is an explicit Deny',
    find: 'statements.length > 0 ? statements : [DENY_ALL]',
    replace: 'statements',
  },
  {
    guard: 'created role: the tag with the value of the slot',
    find: '.join(tag.variable)',
    replace: ".join('${aws:PrincipalTag/user}')",
  },
  {
    guard: 'created role: nothing without the tags',
    find: ', ...used.map(denyWithout)',
    replace: '',
  },
  {
    guard: 'created role: a Deny limited by tags too',
    find: 'const limited = statements.map(',
    replace: "const limited = statements.filter(({ Effect }) => Effect === 'Allow').map(",
  },
  {
    guard: 'policy: every Deny stays',
    find: "Effect === 'Deny' || (Sid",
    replace: '(Sid',
  },
  {
    guard: 'trust policy: the grant in the subject',
    find: '`${tenant.tenant}/${name}`',
    replace: 'tenant.tenant',
  },
  {
    guard: 'containment: an ARN is read in every way that IAM may read it',
    find: "if (texts.some(isBeforeLast)) readings.push('lastSegment')",
    replace: '',
  },
  {
    guard: 'containment: a star before the end of a segment may not match a colon',
    find: "if (texts.some((text) => /\\?|\\*(?!:|$)/.test(text))) readings.push('trailing')",
    replace: '',
  },
  {
    guard: 'containment: a wildcard in the type covers the same text only',
    find: '(text) => !hasWildcardType(text) || requested.includes(text)',
    replace: '(text) => text !== undefined || requested.includes(text)',
  },
  {
    guard: 'containment: no other resource beside a wildcard in the type',
    find: 'if (first?.Resource === undefined || !isAmbiguous) return [statements]',
    replace: 'return [statements]',
  },
  {
    guard: 'containment: an empty value may count as absent',
    find: 'return dimensions.length === 0 ? [new Set()] : [new Set(), new Set(dimensions)]',
    replace: 'return [new Set()]',
  },
  {
    guard: 'containment: a condition that is not understood covers nothing',
    find: '    if (constraint === undefined) return undefined\n    factors',
    replace: '    if (constraint === undefined) continue\n    factors',
  },
  {
    guard: 'containment: a negated condition with a variable restricts nothing',
    find: 'if (isNegatedWithSymbols(condition, reading)) continue',
    replace: '',
  },
  {
    guard: 'containment: two patterns with variables may meet',
    find: 'if (first !== undefined && namesSymbol(first)) return { inside: [first], outside }',
    replace: 'if (first !== undefined) return { inside, outside }',
  },
  {
    guard: 'containment: a ? matches no variable',
    find: "return token.text === '*' ? ANY_TEXT : ONE_CHARACTER\n    if",
    replace: 'return ANY_TEXT\n    if',
  },
  {
    guard: 'containment: a star without colons matches no variable',
    find: "subtractRanges(ANY_CHARACTER, rangesOf(':'))",
    replace: "subtractRanges([0, Number.MAX_SAFE_INTEGER], rangesOf(':'))",
  },
  {
    guard: 'containment: long numbers are not compared',
    find: '/^[+-]?\\d{1,15}$|',
    replace: '/^[+-]?\\d{1,19}$|',
  },
  {
    guard: 'containment: StringEquals has no wildcards',
    find: "exact: comparison !== 'like'",
    replace: 'exact: false',
  },
  {
    guard: 'containment: a key may have several values',
    find: 'isOrderedDimension(dimension) &&\n    !conditions',
    replace: '!conditions',
  },
  {
    guard: 'containment: a negated condition must be implied by more values',
    find: '? [outer.values, inner.values]',
    replace: '? [inner.values, outer.values]',
  },
  {
    guard: 'containment: IfExists passes without the key',
    find: 'return operator.ifExists ? { ifPresent: set } : { some: set }',
    replace: 'return { some: set }',
  },
  {
    guard: 'caller policy: what is not decided is refused',
    find: '      if (found === TOO_COMPLEX)\n        return {',
    replace:
      '      if (found === TOO_COMPLEX) continue\n      if (found === undefined)\n        return {',
  },
  {
    guard: 'caller policy: only an Allow of the caller is compared, and each',
    find: 'if (found === undefined) continue\n',
    replace: 'if (found !== undefined) continue\n',
  },
  {
    guard: 'containment: letters beyond ASCII are not folded',
    find: "if (character > '\\x7f') return",
    replace: 'if (false) return',
  },
  {
    guard: 'possible requests: a bucket action may be on an access point',
    find: '/^arn:[\\w-]+:s3:::[^/]*\\//',
    replace: '/^arn:[\\w-]+:s3:[^/]*\\//',
  },
  {
    guard: 'possible requests: a wildcard may stand for an object',
    find: '/^arn:[\\w-]+:s3:::[^/*?$]+$/',
    replace: '/^arn:[\\w-]+:s3:::[^/]+$/',
  },
  {
    guard: 'caller policy: a Deny of the grant stays',
    find: 'granted.statements), denied)',
    replace: 'granted.statements), [])',
  },
  {
    guard: 'caller policy: condition keys are spelled as in the grant',
    find: 'spellings.get(key.toLowerCase()) ?? key',
    replace: 'key',
  },
  {
    guard: 'containment: `?` of a text is one character',
    find: "return token.text === '*' ? ANY_TEXT : ONE_CHARACTER",
    replace: 'return ANY_TEXT',
  },
  {
    guard: 'containment: `?` of an ARN is one character',
    find: "  if (matchesColon) return text === '*' ? ANY_TEXT : ONE_CHARACTER",
    replace: "  text = '*'\n  if (matchesColon) return text === '*' ? ANY_TEXT : ONE_CHARACTER",
  },
]
