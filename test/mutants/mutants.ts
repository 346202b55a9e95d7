/** The guards of the narrowing, each with a change that removes it. */

export interface Mutant {
  readonly guard: string
  /** Occurs exactly once in `packages/core/src`. */
  readonly find: string
  readonly replace: string
}

export const MUTANTS: readonly Mutant[] = [
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
    find: '`${part.length}:${part}`',
    replace: 'part',
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
    guard: 'tenant: every tenant of a claim value',
    find: 'if (positions) positions.push(position)',
    replace: 'if (positions) positions.at(0)',
  },
  {
    guard: 'tenant: tenants that require no claim value',
    find: 'const found = [...index.always]',
    replace: 'const found: number[] = []',
  },
]
