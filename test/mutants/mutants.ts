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
    file: 'policy/attribute-value.ts',
    find: '[*?${}\\p{C}',
    replace: '[${}\\p{C}',
  },
  {
    guard: 'attributes: variable marks',
    file: 'policy/attribute-value.ts',
    find: '[*?${}\\p{C}',
    replace: '[*?\\p{C}',
  },
  {
    guard: 'attributes: invisible characters',
    file: 'policy/attribute-value.ts',
    find: '\\p{C}\\p{Zl}\\p{Zp}',
    replace: '',
  },
  {
    guard: 'attributes: path steps',
    file: 'policy/attribute-value.ts',
    find: "segment === '' || segment === '.' || segment === '..'",
    replace: 'segment === undefined',
  },
  {
    guard: 'attributes: the pattern itself',
    file: 'policy/attribute-value.ts',
    find: 'return matchesWhole(value, pattern) ?',
    replace: 'return true ?',
  },
  {
    guard: 'attributes: anchors around alternatives',
    file: 'policy/attribute-value.ts',
    find: '`^(?:${pattern})$`',
    replace: '`^${pattern}$`',
  },
  {
    guard: 'template: a value is text, not a replacement pattern',
    file: 'policy/template.ts',
    find: 'return template.replace(SLOT, (_, name: string) => {',
    replace: 'return template.replaceAll(SLOT, (_, name: string) => {\n    if (name) return "*"',
  },
  {
    guard: 'policy: nothing allowed is an explicit Deny',
    file: 'session/session-policy.ts',
    find: 'statements.length > 0 ? statements : [DENY_ALL]',
    replace: 'statements',
  },
  {
    guard: 'session name: its characters',
    file: 'session/session-name.ts',
    find: ' && SESSION_NAME.test(name)',
    replace: '',
  },
  {
    guard: 'session name: its length',
    file: 'session/session-name.ts',
    find: ' && name.length <= MAX_SESSION_NAME_CHARACTERS',
    replace: '',
  },
  {
    guard: 'session name: the subject in its digest',
    file: 'session/session-name.ts',
    find: 'owner.issuer, owner.subject, text',
    replace: 'owner.issuer, text',
  },
  {
    guard: 'session name: the tenant in its digest',
    file: 'session/session-name.ts',
    find: 'length, owner.tenant, owner.issuer',
    replace: 'length, owner.issuer',
  },
  {
    guard: 'digest: the lengths of its parts',
    file: 'model/digest.ts',
    find: '`${part.length}:${part}`',
    replace: 'part',
  },
  {
    guard: 'session tags: their characters',
    file: 'session/render-session-tags.ts',
    find: ' || !TAG_TEXT.test(value)',
    replace: '',
  },
  {
    guard: 'tenant: the audience',
    file: 'decide/resolve-tenant.ts',
    find: 'const accepted = audiences.some((audience) => issuer.audiences.includes(audience))',
    replace: 'const accepted = true',
  },
  {
    guard: 'tenant: the issuer',
    file: 'decide/resolve-tenant.ts',
    find: 'tenant.issuers.find((candidate) => candidate.profile.issuer === identity.issuer)',
    replace: 'tenant.issuers[0]',
  },
  {
    guard: 'tenant: membership',
    file: 'decide/resolve-tenant.ts',
    find: 'isMember(name, issuer, identity, trace)\n  )',
    replace: 'issuer !== undefined\n  )',
  },
  {
    guard: 'tenant: exactly one',
    file: 'decide/resolve-tenant.ts',
    find: 'const passed = accepting.length === 1',
    replace: 'const passed = accepting.length >= 1',
  },
]
