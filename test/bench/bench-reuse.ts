/**
 * `npm run bench:reuse`: what a response costs with the session of an earlier request, as ratios to
 * one with a session of its own in the same run. Only ratios can be compared between machines.
 */
import path from 'node:path'
import { printComparison, type Workload } from './harness/compare-jobs.ts'
import { withStub } from './harness/with-stub.ts'
import { BUNDLE, brokerEnvironment } from './workloads/broker-environment.ts'
import { oneGrantDocument } from './workloads/one-grant-document.ts'

const EXTENT = { runs: Number(process.env.BENCH_RUNS ?? 9), requests: 1_000 }

await withStub(async (stub, directory) => {
  const { origin, tokens } = stub
  for (const webIdentity of ['minted', 'pass-through']) {
    const workload = (name: string, reuse: object): Workload => {
      const file = path.join(directory, `${webIdentity}-${name}.jsonl`)
      const document = oneGrantDocument(origin, { webIdentity, ...reuse })
      return {
        environment: brokerEnvironment(stub, file, [document]),
        // The requests before each phase send all tokens, so that all that could be kept is.
        job: () => ({ bundle: BUNDLE, tokens, grant: 'read' }),
      }
    }
    await printComparison(
      {
        [`${webIdentity}, issued`]: workload('issued', {}),
        [`${webIdentity}, reused`]: workload('reused', { reuse: '30m' }),
      },
      EXTENT,
    )
  }
})
