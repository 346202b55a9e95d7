/** Prints a table of hostile inputs at the end of a run: their number, codes, time and memory. */
import type { Reporter, TestModule } from 'vitest/node'
import type { AttackClass } from './attack.ts'

export default class AttackTableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const classes = modules
      .flatMap((module) => [...module.children.allTests()])
      .flatMap((test) => test.meta().attacks ?? [])
    if (classes.length === 0) return
    const rows = classes.map(rowOf)
    const total = classes.reduce((sum, { inputs }) => sum + inputs, 0)
    console.log(['', HEAD, ...rows, `${total} hostile inputs`, ''].join('\n'))
  }
}

const HEAD = row('class', 'inputs', 'worst ms', 'MiB', 'response codes')

function rowOf({ name, inputs, codes, worstMs, worstGrowthMiB }: AttackClass): string {
  const counts = Object.entries(codes)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
  return row(name, String(inputs), worstMs.toFixed(0), worstGrowthMiB.toFixed(0), counts.join(', '))
}

function row(name: string, inputs: string, ms: string, growth: string, counts: string): string {
  return `${name.padEnd(36)}${inputs.padStart(8)}${ms.padStart(10)}${growth.padStart(6)}  ${counts}`
}
