/** Finds every place in a source tree that breaks the dependency rule. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Import, readSource } from './read-source.ts'
import { CORE_IMPORTS, DOORS, PACKAGES, SEPARATE } from './rules.ts'

export interface Breach {
  readonly file: string
  readonly line: number
  readonly rule: 'packages' | 'door' | 'core' | 'separate'
  readonly message: string
}

/** @param root directory that holds `packages/` */
export function findBreaches(root: string): readonly Breach[] {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).sort()
  return files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => breachesIn(root, file))
}

function breachesIn(root: string, file: string): Breach[] {
  const { imports, code } = readSource(readFileSync(path.join(root, file), 'utf8'))
  const breaches: Breach[] = []
  for (const found of imports) {
    const target = found.specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), found.specifier)
      : undefined
    const verdicts: readonly (readonly [Breach['rule'], string | undefined])[] = [
      ['packages', packageBreach(file, found, target)],
      ['core', coreBreach(file, found, target)],
      ['separate', target && separateBreach(file, target)],
    ]
    for (const [rule, message] of verdicts)
      if (message) breaches.push({ file, line: found.line, rule, message })
    for (const door of DOORS) {
      if (door.imports?.test(found.specifier) && !door.allowed.test(file)) {
        breaches.push({
          file,
          line: found.line,
          rule: 'door',
          message: `imports ${door.what}, which belongs in ${door.belongs}`,
        })
      }
    }
  }
  for (const [index, text] of code.entries()) {
    for (const door of DOORS) {
      if (door.global?.test(text) && !door.allowed.test(file)) {
        breaches.push({
          file,
          line: index + 1,
          rule: 'door',
          message: `uses ${door.what}, which belongs in ${door.belongs}`,
        })
      }
    }
  }
  return breaches
}

function packageBreach(
  file: string,
  { specifier, typeOnly }: Import,
  target: string | undefined,
): string | undefined {
  const from = file.split('/')[1] ?? ''
  const to = packageNamed(specifier, target)
  if (to === undefined || to === from) return undefined
  if (target !== undefined)
    return `reaches into packages/${to} by a path; import @token-broker/${to} by name`
  const rule = PACKAGES[from]
  if (rule?.code.includes(to) || rule?.code.includes(specifier.replace('@token-broker/', '')))
    return undefined
  if (rule?.types?.includes(to)) {
    return typeOnly
      ? undefined
      : `imports code of packages/${to}; ${from} may know only its wire types (import type)`
  }
  return `imports packages/${to}; ${from} may import ${rule?.code.join(', ') || 'no other package'}`
}

function packageNamed(specifier: string, target: string | undefined): string | undefined {
  const name =
    target === undefined
      ? /^@token-broker\/([^/]+)/.exec(specifier)?.[1]
      : /^packages\/([^/]+)/.exec(target)?.[1]
  return specifier === 'token-broker' ? 'cli' : name
}

function coreBreach(
  file: string,
  { specifier }: Import,
  target: string | undefined,
): string | undefined {
  if (!file.startsWith('packages/core/src/') || file.startsWith('packages/core/src/compile/'))
    return undefined
  if (target !== undefined) {
    return target.startsWith('packages/core/src/compile/')
      ? 'imports the compile step; the deployed core must not carry it'
      : undefined
  }
  const allowed = CORE_IMPORTS.find((entry) => entry.specifier === specifier)
  if (!allowed) return `imports ${specifier}; core is pure, so it comes in through a port`
  return allowed.file.test(file)
    ? undefined
    : `imports ${specifier}, which belongs in ${allowed.file.source.replaceAll(/[\\^$]/g, '')}`
}

function separateBreach(file: string, target: string): string | undefined {
  const [from, to] = [memberOf(file), memberOf(target)]
  if (!from || !to) return undefined
  if (from.kind !== to.kind)
    return `imports ${to.kind}/${to.member}; surfaces and adapters meet only in the composition (broker.ts)`
  if (from.kind === 'adapters' && from.member !== to.member && !to.member.endsWith('.ts')) {
    return `imports adapters/${to.member}; adapters know ports, not one another`
  }
  return undefined
}

function memberOf(file: string): { readonly kind: string; readonly member: string } | undefined {
  for (const [kind, folder] of Object.entries(SEPARATE)) {
    if (file.startsWith(folder))
      return { kind, member: file.slice(folder.length).split('/')[0] ?? '' }
  }
  return undefined
}
