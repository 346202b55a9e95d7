/** Guards of values and templates, of what they become in a session, and of the proof. */
import type { Mutant } from './mutant.ts'

export const VALUE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'attributes: wildcards',
    find: "'*?${}'",
    replace: "'${}'",
  },
  {
    guard: 'attributes: characters of variables',
    find: "'*?${}'",
    replace: "'*?'",
  },
  {
    guard: 'attributes: invisible characters',
    find: '\\\\p{C}\\\\p{Zl}\\\\p{Zp}',
    replace: '',
  },
  {
    guard: 'attributes: path segments',
    find: "segment === '' || segment === '.' || segment === '..'",
    replace: 'segment === undefined',
  },
  {
    guard: 'attributes: the pattern itself',
    find: 'return wholeValue(pattern).test(value) ?',
    replace: 'return pattern ?',
  },
  {
    guard: 'attributes: anchors around alternatives',
    find: '`^(?:${pattern})$`',
    replace: '`^${pattern}$`',
  },
  {
    guard: 'template: the value itself',
    find: 'return template.replace(SLOT, (_, name: string) => {',
    replace: 'return template.replace(SLOT, (_, name: string) => {\n    if (name) return "*"',
  },
  {
    guard: 'session name: its characters',
    find: ' && SESSION_NAME.test(name)',
    replace: '',
  },
  {
    guard: 'session name: its length',
    find: ']{2,64}$/',
    replace: ']{2,}$/',
  },
  {
    guard: 'session name: the subject in its digest',
    find: '    owner.subject,\n',
    replace: '',
  },
  {
    guard: 'session name: the tenant in its digest',
    find: '    owner.tenant,\n',
    replace: '',
  },
  {
    guard: 'digest: the lengths of its parts',
    find: '`${part.length}:${requireWellFormed(part)}`',
    replace: 'requireWellFormed(part)',
  },
  {
    guard: 'session tags: their characters',
    find: ' || !TAG_TEXT.test(value)',
    replace: '',
  },
  {
    guard: 'numbers: those that would be rounded',
    find: '(readExactNumber(source) ?? INEXACT)',
    replace: 'value',
  },
  {
    guard: 'numbers: a double prints again as the same number',
    find: 'return same ? double : undefined',
    replace: 'return double',
  },
  {
    guard: 'numbers: 64 bits',
    find: 'if (BigInt.asIntN(64, integer) === integer)',
    replace: 'if (integer !== undefined)',
  },
  {
    guard: 'text: lone surrogates of a token',
    find: 'if (POSSIBLY_SURROGATE.test(text)) rejectIllFormedText(value)',
    replace: '',
  },
  {
    guard: 'text: lone surrogates of a request',
    find: "if (typeof value === 'string') return value.isWellFormed()",
    replace: "if (typeof value === 'string') return true",
  },
  {
    guard: 'digest: lone surrogates',
    find: 'if (text.isWellFormed()) return text',
    replace: 'if (text !== undefined) return text',
  },
  {
    guard: 'CEL: ASCII only',
    find: '/[A-Z]+/g',
    replace: '/.+/gsu',
  },
  {
    guard: 'CEL: integers stay within 64 bits',
    find: "if (BigInt.asIntN(64, value) === value) return value\n  throw new CelError('an int",
    replace: "if (value !== undefined) return value\n  throw new CelError('an int",
  },
  {
    guard: 'CEL: only own members of a map',
    find: ' && Object.hasOwn(map, key) ? Object(map)[key]',
    replace: ' ? Object(map)[key]',
  },
  {
    guard: 'CEL: nested comprehensions',
    find: 'if (inComprehension) throw new Error(`${name} is nested',
    replace: 'if (name === undefined) throw new Error(`${name} is nested',
  },
  {
    guard: 'compile step: one claim for the subject of an issuer',
    find: '(subjects.get(issuer) ?? subject) !== subject',
    replace: 'false',
  },
  {
    guard: 'compile step: pass-through of https issuers only',
    find: 'unknown.includes(one)',
    replace: 'false',
  },
  {
    guard: 'plan: no managed policies beside a narrower request',
    find: 'sids || callerPolicy ? [] : grant.managedPolicyArns',
    replace: 'grant.managedPolicyArns',
  },
  {
    guard: 'plan: only the requested statements',
    find: 'sids ? narrowStatements(grant, sids, trace) : grant.statements',
    replace: 'grant.statements',
  },
  {
    guard: 'session name: the key of its digest',
    find: '    sessionNameKey,\n',
    replace: "    'public',\n",
  },
  {
    guard: 'minted token: the grant in its subject',
    find: '/${grant.name}/',
    replace: '/',
  },
  {
    guard: 'attributes: `/` and `:` only where the pattern names them',
    find: 'value.includes(separator) && !separators.includes(separator)',
    replace: 'value.includes(separator) && separators === value',
  },
  {
    guard: 'template: slots in conditions',
    find: 'mapTexts(values, (text) => change(text, operator))',
    replace: 'values',
  },
  {
    guard: 'compile step: slots in conditions',
    find: '!checkTemplate(value, path, attributes, report)) return',
    replace: 'attributes === undefined) return',
  },
  {
    guard: 'compile step: no wildcard as the service of an ARN',
    find: 'if (!SERVICE.test(service))',
    replace: 'if (service === resource)',
  },
  {
    guard: 'proof: `?` is any character',
    find: "return part.text === '*' ? ANY_TEXT : ONE_CHARACTER",
    replace: "return part.text === '*' ? ANY_TEXT : literalText('?')",
  },
  {
    guard: 'proof: a variable is any text',
    find: "if (part.kind === 'variable') return ANY_TEXT",
    replace: "if (part.kind === 'variable') return literalText(part.text)",
  },
  {
    guard: 'proof: conditions',
    find: 'if (comparison === undefined || !namesWhatIsReached(key)) continue',
    replace: 'if (comparison !== undefined || !namesWhatIsReached(key)) continue',
  },
  {
    guard: 'proof: equal values at two issuers are not one caller',
    find: '!namesNobody(reach) && mixedIn(reach) === undefined',
    replace: '!namesNobody(reach)',
  },
  {
    guard: 'proof: what is for everybody must not be what is one caller’s',
    find: "verdict === 'separate' || verdict === 'same-for-all'",
    replace: "verdict === 'separate'",
  },
  {
    guard: 'proof: a key with several values needs a set operator',
    find: 'KEYS_WITH_SEVERAL_VALUES.includes(key.toLowerCase())',
    replace: 'false',
  },
]
