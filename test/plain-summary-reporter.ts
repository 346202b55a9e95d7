/** Ends a test run with one plain line, `N passed, N failed`, for programs to read. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export default class PlainSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      let failedHere = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') count.passed++
        else if (state === 'failed') failedHere++
        else count.skipped++
      }
      // A file that does not load, or whose hook fails, has no failed test: it counts as one.
      count.failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    const line = `${count.passed} passed, ${count.failed} failed${skipped}\n`
    // At the exit, to come after the output of every other reporter.
    process.once('exit', () => process.stdout.write(line))
  }
}
