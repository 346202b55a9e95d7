/** Finds every place in a source tree that violates the dependency rule. */
import { findConfinedUses } from './confined-uses.ts'
import { findDuplicateNames } from './duplicate-names.ts'
import { findImportCycles } from './import-cycles.ts'
import { folderViolation, packageViolation } from './import-directions.ts'
import { readSourceTree, type SourceTree, targetOf } from './source-tree.ts'
import type { Violation } from './violation.ts'

/** @param root directory that contains `packages/` */
export function findViolations(root: string): readonly Violation[] {
  const tree = readSourceTree(root)
  return [
    ...findWrongDirections(tree),
    ...findConfinedUses(tree),
    ...findImportCycles(tree),
    ...findDuplicateNames(tree),
  ]
}

function findWrongDirections({ sources }: SourceTree): readonly Violation[] {
  const violations: Violation[] = []
  for (const [file, { imports }] of sources) {
    if (!/^packages\/[^/]+\/src\//.test(file)) continue
    for (const found of imports) {
      const target = targetOf(file, found.specifier)
      const messages = {
        package: packageViolation(file, found, target),
        folder: target && folderViolation(file, target),
      }
      for (const rule of ['package', 'folder'] as const)
        if (messages[rule])
          violations.push({ file, line: found.line, rule, message: messages[rule] })
    }
  }
  return violations
}
