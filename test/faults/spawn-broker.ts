/** The local runtime as a process of its own, with every audit line that it writes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { AuditRecord } from '@token-broker/core'

export interface BrokerProcess {
  readonly url: string
  readonly records: readonly AuditRecord[]
  close(): Promise<void>
}

const MAIN = path.resolve(import.meta.dirname, '../../packages/local/src/main.ts')

export async function startBrokerProcess(
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<BrokerProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--no-idp', ...flags], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const records: AuditRecord[] = []
  const url = await new Promise<string>((resolve, reject) => {
    ended.then(([code]) => reject(new Error(`the runtime ended with ${code}`)))
    let found = ''
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) records.push(JSON.parse(line))
      if (line.startsWith('broker ')) found = line.split(/\s+/)[1] ?? ''
      if (line === 'ready') resolve(found)
    })
  })
  return {
    url,
    records,
    close: async () => {
      child.kill()
      await ended
    },
  }
}
