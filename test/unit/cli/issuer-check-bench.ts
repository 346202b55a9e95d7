/** An issuer that publishes what a test wants, and `token-broker issuer check` run on it. */
import type { ServerResponse } from 'node:http'
import { expect } from 'vitest'
import { closeAfterTests, startIssuer } from '../../fixtures/index.ts'
import type { TestIssuer } from '../../fixtures/issuer-server.ts'
import { runCli } from './run-cli.ts'

export const LOCAL = '--allow-loopback-http'

interface Checked {
  readonly code: number | null
  readonly checks: readonly { check: string; status: string; message: string; fix?: string }[]
  readonly keys: readonly object[]
  readonly block: string
}

/** Fields of the discovery document, or everything that the issuer responds. */
export type Discovery = object | ((path: string, response: ServerResponse) => void)

export interface IssuerCheckBench {
  readonly issuer: TestIssuer
  check(url: string, ...options: readonly string[]): Promise<Checked>
  /** Of one test: the issuer responds with these documents. */
  publish(discovery: Discovery, keys?: readonly unknown[]): void
}

/** For one test file. */
export async function startIssuerCheckBench(): Promise<IssuerCheckBench> {
  const issuer = await closeAfterTests(startIssuer())
  return {
    issuer,
    async check(url, ...options) {
      const { code, stdout, stderr } = await runCli([
        ...['issuer', 'check', url, LOCAL, '--format', 'json'],
        ...options,
      ])
      expect(stderr).toBe('')
      return { code, ...JSON.parse(stdout) }
    },
    publish(discovery, keys = [issuer.publicJwk]) {
      issuer.respondWith((path, response) => {
        if (typeof discovery === 'function') return discovery(path, response)
        const isKeys = path.endsWith('/jwks')
        const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...discovery }
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify(isKeys ? { keys } : document))
      })
    },
  }
}

export const failuresOf = ({ checks }: Pick<Checked, 'checks'>) =>
  checks.filter(({ status }) => status === 'failed').map((one) => `${one.check}: ${one.message}`)
