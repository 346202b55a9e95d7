/** Whether one import goes in an allowed direction between packages and between their folders. */
import type { Import } from './read-source.ts'
import { FOLDERS, type FolderRule, PACKAGES } from './rules.ts'

/** @param target the file of a relative import; undefined for a package */
export function packageViolation(
  file: string,
  { specifier, typeOnly }: Import,
  target: string | undefined,
): string | undefined {
  const from = file.split('/')[1] ?? ''
  const to = packageNamed(specifier, target)
  if (to === undefined || to === from) return undefined
  if (target !== undefined)
    return `imports a file of packages/${to} by its path; import @token-broker/${to} by name`
  const rule = PACKAGES[from] ?? { code: [] }
  const allowed = [to, specifier.replace('@token-broker/', '')]
  if (rule.code.some((entry) => allowed.includes(entry))) return undefined
  if (rule.types?.includes(to)) {
    if (typeOnly) return undefined
    return `imports code of packages/${to}; ${from} may import only its types, with import type`
  }
  return `imports packages/${to}; ${from} may import ${rule.code.join(', ') || 'no other package'}`
}

function packageNamed(specifier: string, target: string | undefined): string | undefined {
  if (target !== undefined) return /^packages\/([^/]+)/.exec(target)?.[1]
  return specifier === 'token-broker' ? 'cli' : /^@token-broker\/([^/]+)/.exec(specifier)?.[1]
}

/** @param target the file that is imported, in the same package or another */
export function folderViolation(file: string, target: string): string | undefined {
  for (const rule of FOLDERS) {
    const [from, to] = [folderIn(rule, file), folderIn(rule, target)]
    if (from === undefined || to === undefined || from === to) continue
    const allowed = rule.mayImport[from]
    if (!allowed)
      return `is in ${rule.directory}/${from}, which has no entry in test/architecture/rules.ts`
    if (allowed.includes(to) || allowed.includes(target.slice(rule.directory.length + 1))) continue
    const may = allowed.map((entry) => (entry === '.' ? 'the files beside it' : entry)).join(', ')
    const who = from === '.' ? `a file directly in ${rule.directory}` : `${rule.directory}/${from}`
    return `imports ${target}; ${who} may import ${may || 'no other folder'}`
  }
  return undefined
}

/** The folder of the rule's directory that contains the file; `.` for a file directly in it. */
function folderIn({ directory }: FolderRule, file: string): string | undefined {
  if (!file.startsWith(`${directory}/`)) return undefined
  const [first, ...rest] = file.slice(directory.length + 1).split('/')
  return rest.length === 0 ? '.' : first
}
