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
    file: 'policy/template.ts',
    find: "'*?${}'",
    replace: "'${}'",
  },
  {
    guard: 'attributes: variable marks',
    file: 'policy/template.ts',
    find: "'*?${}'",
    replace: "'*?'",
  },
  {
    guard: 'attributes: invisible characters',
    file: 'policy/template.ts',
    find: '\\\\p{C}\\\\p{Zl}\\\\p{Zp}',
    replace: '',
  },
  {
    guard: 'attributes: path steps',
    file: 'policy/template.ts',
    find: "segment === '' || segment === '.' || segment === '..'",
    replace: 'segment === undefined',
  },
  {
    guard: 'attributes: the pattern itself',
    file: 'policy/template.ts',
    find: 'return whole.test(value) ?',
    replace: 'return whole ?',
  },
  {
    guard: 'attributes: anchors around alternatives',
    file: 'policy/template.ts',
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
    file: 'session/session-labels.ts',
    find: ' && SESSION_NAME.test(name)',
    replace: '',
  },
  {
    guard: 'session name: its length',
    file: 'model/sts-limits.ts',
    find: ']{2,64}$/',
    replace: ']{2,}$/',
  },
  {
    guard: 'session name: the subject in its digest',
    file: 'session/session-labels.ts',
    find: '    owner.subject,\n',
    replace: '',
  },
  {
    guard: 'session name: the tenant in its digest',
    file: 'session/session-labels.ts',
    find: '    owner.tenant,\n',
    replace: '',
  },
  {
    guard: 'digest: the lengths of its parts',
    file: 'model/digest.ts',
    find: '`${part.length}:${part}`',
    replace: 'part',
  },
  {
    guard: 'session tags: their characters',
    file: 'session/session-labels.ts',
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
    find: 'isMember(name, issuer.member, identity, trace)',
    replace: 'true',
  },
  {
    guard: 'tenant: exactly one',
    file: 'decide/resolve-tenant.ts',
    find: 'const passed = accepting.length === 1',
    replace: 'const passed = accepting.length >= 1',
  },
]
