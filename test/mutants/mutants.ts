/** Guards of the narrowing, each with a change that takes it away. */

export interface Mutant {
  readonly guard: string
  /** Below `packages/core/src/`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

export const MUTANTS: readonly Mutant[] = [
  {
    guard: 'attributes: wildcards',
    file: 'attributes.ts',
    find: '[*?${}\\p{C}',
    replace: '[${}\\p{C}',
  },
  {
    guard: 'attributes: variable marks',
    file: 'attributes.ts',
    find: '[*?${}\\p{C}',
    replace: '[*?\\p{C}',
  },
  {
    guard: 'attributes: invisible characters',
    file: 'attributes.ts',
    find: '\\p{C}\\p{Zl}\\p{Zp}',
    replace: '',
  },
  {
    guard: 'attributes: path steps',
    file: 'attributes.ts',
    find: "segment === '' || segment === '.' || segment === '..'",
    replace: 'segment === undefined',
  },
  {
    guard: 'attributes: the pattern itself',
    file: 'attributes.ts',
    find: 'if (!wholeMatch(attribute.pattern).test(value))',
    replace: "if (value === '\\u0000')",
  },
  {
    guard: 'attributes: anchors around alternatives',
    file: 'attributes.ts',
    find: '`^(?:${pattern})$`',
    replace: '`^${pattern}$`',
  },
  {
    guard: 'template: a value is text, not a replacement pattern',
    file: 'template.ts',
    find: 'return template.replace(SLOT, (_, name: string) => {',
    replace: 'return template.replaceAll(SLOT, (_, name: string) => {\n    if (name) return "*"',
  },
  {
    guard: 'policy: nothing allowed is an explicit Deny',
    file: 'session-policy.ts',
    find: 'statements.length > 0 ? statements : [DENY_ALL]',
    replace: 'statements',
  },
  {
    guard: 'session name: its characters',
    file: 'session-name.ts',
    find: 'NAME.test(text) && ',
    replace: '',
  },
  {
    guard: 'session name: its length',
    file: 'session-name.ts',
    find: ' && text.length + 1 + DIGEST_CHARACTERS <= MAX_NAME_CHARACTERS',
    replace: '',
  },
  {
    guard: 'session name: the subject in its digest',
    file: 'session-name.ts',
    find: 'owner.issuer, owner.subject, text',
    replace: 'owner.issuer, text',
  },
  {
    guard: 'session name: the tenant in its digest',
    file: 'session-name.ts',
    find: 'length, owner.tenant, owner.issuer',
    replace: 'length, owner.issuer',
  },
  {
    guard: 'digest: the lengths of its parts',
    file: 'digest.ts',
    find: '`${part.length}:${part}`',
    replace: 'part',
  },
  {
    guard: 'session tags: their characters',
    file: 'session-tags.ts',
    find: 'if (!TAG_VALUE.test(value))',
    replace: "if (value === '\\u0000')",
  },
  {
    guard: 'tenant: the audience',
    file: 'resolve-tenant.ts',
    find: 'const ours = audiences.some((audience) => issuer.audiences.includes(audience))',
    replace: 'const ours = true',
  },
  {
    guard: 'tenant: the issuer',
    file: 'resolve-tenant.ts',
    find: 'tenant.issuers.find((candidate) => candidate.profile.issuer === identity.issuer)',
    replace: 'tenant.issuers[0]',
  },
  {
    guard: 'tenant: membership',
    file: 'resolve-tenant.ts',
    find: 'isMember(name, issuer, scope, trace)\n  )',
    replace: 'issuer !== undefined\n  )',
  },
  {
    guard: 'tenant: exactly one',
    file: 'resolve-tenant.ts',
    find: 'const held = members.length === 1',
    replace: 'const held = members.length >= 1',
  },
]
