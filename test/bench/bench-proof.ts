/**
 * `npm run bench:proof`: what the proof of isolation costs, for a typical document and for the most
 * expensive ones, each in a process of its own.
 */
import { fork } from 'node:child_process'
import type { ProofFigures } from './workers/proof-worker.ts'
import { proofDocuments } from './workloads/proof-documents.ts'

const WORKER = new URL('workers/proof-worker.ts', import.meta.url)

console.log(
  '| document | KiB | result | compiled first, ms CPU | proof later, ms CPU | memory, MB |',
)
console.log('| --- | ---: | --- | ---: | ---: | ---: |')
for (const name of Object.keys(proofDocuments())) {
  const { kilobytes, result, firstMs, proofMs, memoryMb } = await figuresOf(name)
  const numbers = [firstMs, proofMs, memoryMb].map((figure) => figure.toFixed(1))
  console.log(`| ${[name, kilobytes.toFixed(0), result, ...numbers].join(' | ')} |`)
}

function figuresOf(name: string): Promise<ProofFigures> {
  const child = fork(WORKER, { execArgv: [] })
  return new Promise((resolve, reject) => {
    child.once('message', (figures) => resolve(figures as ProofFigures))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`The proof of ${name} ended with ${code}.`)))
    child.send(name)
  })
}
