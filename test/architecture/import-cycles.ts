/** Finds files that import one another in a circle; imports of types count as well. */
import { type SourceTree, targetOf } from './source-tree.ts'
import type { Violation } from './violation.ts'

interface Edge {
  readonly target: string
  readonly line: number
}

/** @returns one violation per circle, at the import that leads from its first file to the next */
export function findImportCycles({ sources }: SourceTree): readonly Violation[] {
  const graph = new Map<string, readonly Edge[]>()
  for (const [file, { imports }] of sources)
    graph.set(
      file,
      imports.flatMap(({ specifier, line }) => {
        const target = targetOf(file, specifier)
        return target !== undefined && sources.has(target) ? [{ target, line }] : []
      }),
    )
  const violations: Violation[] = []
  const reported = new Set<string>()
  for (const file of graph.keys()) {
    if (reported.has(file)) continue
    const cycle = shortestCycle(graph, file)
    if (!cycle) continue
    for (const { target } of cycle) reported.add(target)
    const route = [file, ...cycle.map(({ target }) => target)].join(' → ')
    const message = `circular import: ${route}; move what both files need into a third file`
    violations.push({ file, line: cycle[0]?.line ?? 1, rule: 'cycle', message })
  }
  return violations
}

/** Breadth first: the imports that lead from a file back to it. */
function shortestCycle(
  graph: ReadonlyMap<string, readonly Edge[]>,
  start: string,
): readonly Edge[] | undefined {
  const seen = new Set<string>()
  let routes: (readonly Edge[])[] = [[]]
  while (routes.length > 0) {
    const longer: (readonly Edge[])[] = []
    for (const route of routes)
      for (const edge of graph.get(route.at(-1)?.target ?? start) ?? []) {
        if (edge.target === start) return [...route, edge]
        if (seen.has(edge.target)) continue
        seen.add(edge.target)
        longer.push([...route, edge])
      }
    routes = longer
  }
  return undefined
}
