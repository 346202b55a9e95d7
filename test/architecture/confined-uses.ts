/** Finds uses of a dependency or a global outside the places that rules.ts allows. */
import { isBuiltin } from 'node:module'
import { CORE_NODE_MODULES, type Confined, DEPENDENCIES, GLOBALS } from './rules.ts'
import type { SourceTree } from './source-tree.ts'
import type { Violation } from './violation.ts'

export function findConfinedUses({ sources }: SourceTree): readonly Violation[] {
  const violations: Violation[] = []
  for (const [file, { imports, code }] of sources) {
    if (!/^packages\/[^/]+\/src\//.test(file)) continue
    for (const { specifier, line } of imports) {
      const message = dependencyViolation(file, specifier)
      if (message) violations.push({ file, line, rule: 'dependency', message })
    }
    for (const [index, text] of code.entries())
      for (const used of GLOBALS) {
        if (!used.pattern.test(text) || isIn(used, file)) continue
        const message = `uses ${used.name}, which is allowed only in ${placesOf(used)}`
        violations.push({ file, line: index + 1, rule: 'global', message })
      }
  }
  return violations
}

function dependencyViolation(file: string, specifier: string): string | undefined {
  if (/^(\.|@token-broker\/|token-broker$)/.test(specifier)) return undefined
  const isOfNode = isBuiltin(specifier)
  if (isOfNode && !file.startsWith('packages/core/')) return undefined
  const known = isOfNode ? CORE_NODE_MODULES : DEPENDENCIES
  const used = known.find(({ pattern }) => pattern.test(specifier))
  if (used && isIn(used, file)) return undefined
  if (used) return `imports ${used.name}, which is allowed only in ${placesOf(used)}`
  return isOfNode
    ? `imports ${specifier}; core does no I/O, so the value must come in through a port`
    : `imports ${specifier}, which has no entry in test/architecture/rules.ts`
}

function isIn({ places }: Confined, file: string): boolean {
  return places.some((place) => {
    const full = `packages/${place}`
    return place.endsWith('/') ? file.startsWith(full) : file === full
  })
}

function placesOf({ places }: Confined): string {
  return places.map((place) => `packages/${place}`).join(', ')
}
