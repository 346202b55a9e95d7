/**
 * `npm run bench:candidate`: what a request costs with and without a candidate document, as ratios
 * to a request without one in the same run. Only ratios can be compared between machines.
 */
import path from 'node:path'
import { printComparison, type Workload } from './harness/compare-jobs.ts'
import { withStub } from './harness/with-stub.ts'
import {
  BUNDLE,
  brokerEnvironment,
  compileWithCandidate,
  environmentWith,
} from './workloads/broker-environment.ts'
import { oneGrantDocument } from './workloads/one-grant-document.ts'

const EXTENT = { runs: 7, requests: 500 }
const [OWN, OTHERS] = ['arn:aws:s3:::b/{{user}}/*', 'arn:aws:s3:::c/{{user}}/*']

await withStub(async ({ origin, tokens }, directory) => {
  const documentOf = (resource: string) =>
    oneGrantDocument(origin, {
      policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
    })
  /** @param resource of the candidate's statement; undefined: there is no candidate */
  const workload = (name: string, resource?: string): Workload => {
    const file = path.join(directory, `${name}.jsonl`)
    const job = () => ({ bundle: BUNDLE, tokens, grant: 'read' })
    if (resource === undefined)
      return { environment: brokerEnvironment({ origin }, file, [documentOf(OWN)]), job }
    compileWithCandidate(file, documentOf(OWN), documentOf(resource))
    return { environment: environmentWith(origin, file), job }
  }
  await printComparison(
    {
      'no candidate': workload('none'),
      'a candidate that decides the same': workload('same', OWN),
      'a candidate with another policy': workload('other', OTHERS),
    },
    EXTENT,
  )
})
