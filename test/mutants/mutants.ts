/** The guards of the narrowing, each with a change that removes it. */

export interface Mutant {
  readonly guard: string
  /** Occurs exactly once in `packages/core/src`. */
  readonly find: string
  readonly replace: string
}

export const MUTANTS: readonly Mutant[] = [
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
    find: 'return whole.test(value) ?',
    replace: 'return whole ?',
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
    guard: 'policy: nothing allowed is an explicit Deny',
    find: 'statements.length > 0 ? statements : [DENY_ALL]',
    replace: 'statements',
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
    guard: 'tenant: the audience',
    find: 'issuer.audiences.includes(audience)',
    replace: 'true',
  },
  {
    guard: 'tenant: the issuer',
    find: 'candidate.profile.issuer === identity.issuer',
    replace: 'true',
  },
  {
    guard: 'tenant: membership',
    find: 'isMember(name, issuer.member, identity, trace)',
    replace: 'true',
  },
  {
    guard: 'tenant: exactly one',
    find: 'remaining.length === 1',
    replace: 'remaining.length >= 1',
  },
  {
    guard: 'tenant: the requested role',
    find: 'accepting.length > 1 ? withRole(accepting, requested.roleArn, trace) : accepting',
    replace: 'accepting',
  },
  {
    guard: 'tenant: at most 16 candidates',
    find: 'if (candidates.length > MAX_CANDIDATES) {',
    replace: 'if (candidates.length > 1000) {',
  },
  {
    guard: 'tenant: those that require no claim value',
    find: 'return [...(await Promise.all(found)).flat(), ...always]',
    replace: 'return (await Promise.all(found)).flat()',
  },
  {
    guard: 'tenant: every tenant of a claim value',
    find: 'if (positions) positions.push(position)',
    replace: 'if (positions) positions.at(0)',
  },
  {
    guard: 'tenant: tenants that require no claim value',
    find: 'const found = [...index.always]',
    replace: 'const found: number[] = []',
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
    find: "typeof text !== 'string' || text.isWellFormed()",
    replace: 'true',
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
    guard: 'tenant: the authorized party',
    find: 'party !== undefined && authorizedParties.includes(party)',
    replace: 'true',
  },
  {
    guard: 'token: only strings as audiences',
    find: 'audiences.length === values.length',
    replace: 'audiences.length > 0',
  },
  {
    guard: 'token: azp before client_id',
    find: "const PARTY = ['azp', 'client_id']",
    replace: "const PARTY = ['client_id', 'azp']",
  },
  {
    guard: 'token: the named claim of the party alone',
    find: ': [authorizedPartyClaim]',
    replace: ': [...PARTY, authorizedPartyClaim]',
  },
  {
    guard: 'token: no sub in place of the named subject',
    find: 'path ? lookUpClaim(path, claims) : claims.sub',
    replace: '(path && lookUpClaim(path, claims)) ?? claims.sub',
  },
  {
    guard: 'token: client_id only where there is no aud',
    find: " && !Object.hasOwn(claims, 'aud')",
    replace: '',
  },
  {
    guard: 'tenant: the identity as its own document reads it',
    find: 'const read = { ...identity, ...parties }',
    replace: 'const read = identity',
  },
  {
    guard: 'tenant: several audiences without a party',
    find: 'anyParty === true || ',
    replace: 'true || ',
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
    guard: 'token: special claims, also without a value',
    find: 'Object.hasOwn(claims, claim)',
    replace: 'Boolean(claims[claim])',
  },
  {
    guard: 'token: types that are no identity',
    find: 'types.filter((type) => !NON_IDENTITY_TYPES.includes(type))',
    replace: 'types',
  },
  {
    guard: 'deny rules: they decide',
    find: 'if (restriction) return matchedGrant(restriction)',
    replace: 'void restriction',
  },
  {
    guard: 'deny rules: a condition that cannot be evaluated applies',
    find: '!lacksComparedClaim(when, scope)',
    replace: 'false',
  },
  {
    guard: 'deny rules: several must agree',
    find: 'restriction?.name ?? requested.grant',
    replace: 'requested.grant',
  },
  {
    guard: 'plan: every managed policy',
    find: 'requested.every((arn)',
    replace: 'requested.some((arn)',
  },
  {
    guard: 'plan: no managed policies beside a narrower request',
    find: 'sids || policyText !== undefined ? [] : grant.managedPolicyArns',
    replace: 'grant.managedPolicyArns',
  },
  {
    guard: 'plan: only the requested statements',
    find: 'sids ? narrowStatements(grant, sids, trace) : grant.statements',
    replace: 'grant.statements',
  },
  {
    guard: 'policy: every Deny stays',
    find: "Effect === 'Deny' || (Sid",
    replace: '(Sid',
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
    guard: 'trust policy: the grant in the subject',
    find: '`${tenant.tenant}/${name}`',
    replace: 'tenant.tenant',
  },
  {
    guard: 'keys: an RSA exponent of 1',
    find: 'e < 3n || e % 2n',
    replace: 'e % 2n',
  },
  {
    guard: 'keys: an even RSA exponent',
    find: 'e % 2n === 0n || e >',
    replace: 'e >',
  },
  {
    guard: 'keys: a long RSA exponent',
    find: ' || e > MAX_RSA_EXPONENT',
    replace: '',
  },
  {
    guard: 'keys: CVE-2017-15361',
    find: 'return isFromFlawedLibrary(n)',
    replace: 'return n === 0n',
  },
  {
    guard: 'keys: small order of Ed25519',
    find: 'SMALL_ORDER_Y.includes(y % ED25519_PRIME)',
    replace: 'y < 0n',
  },
  {
    guard: 'records: an unverified issuer is cut',
    find: 'shorten(token?.issuer)',
    replace: 'token?.issuer',
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
    guard: 'containment: `?` of a text is one character',
    find: "return token.text === '*' ? ANY_TEXT : ONE_CHARACTER",
    replace: 'return ANY_TEXT',
  },
  {
    guard: 'containment: `?` of an ARN is one character',
    find: "  if (matchesColon) return text === '*' ? ANY_TEXT : ONE_CHARACTER",
    replace: "  text = '*'\n  if (matchesColon) return text === '*' ? ANY_TEXT : ONE_CHARACTER",
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
    guard: 'opaque tokens: iss of the response',
    find: '  demandSameIssuer(claims, issuer, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: no refresh token',
    find: '  demandAccessToken(claims, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: no special token',
    find: '  refuseSpecialTokens({ claims }, issuer, trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: expiry',
    find: '  checkLifetime({ claims }, issuer, ports.now(), trace)\n',
    replace: '',
  },
  {
    guard: 'opaque tokens: visible ASCII only',
    find: 'if (!TOKEN_CHARACTERS.test(text))',
    replace: "if (text === '')",
  },
  {
    guard: 'opaque tokens: one of several issuers is named',
    find: 'issuer === undefined || candidates.length > 1) {',
    replace: 'issuer === undefined) {',
  },
  {
    guard: 'JWTs: of the issuer that the request names',
    find: 'token.issuer === issuer,',
    replace: "token.issuer !== '',",
  },
]
