/** The broker under attack behind a real HTTP server, for requests that no client would send. */
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { closeAfterTests, startServer } from '../fixtures/index.ts'
import type { Attack } from './attack.ts'
import { sendBytes } from './socket.ts'
import { startTarget } from './target.ts'

/** What it starts is closed after the tests. */
export async function startHttpTarget() {
  const target = await startTarget()
  const { url } = await closeAfterTests(startServer(nodeListener(target.broker.app)))
  const token = await target.issuer.sign(target.claims())
  return {
    target,
    url,
    /** The token of an honest caller. */
    token,
    /** The header with the honest token. */
    bearer: ['Authorization', `Bearer ${token}`] as const,
    /** @param audited codes of the audit records, if they differ from that of the response */
    attack: (
      name: string,
      codes: readonly string[],
      text: () => string,
      audited?: readonly string[],
    ): Attack => ({
      name,
      codes,
      send: () => sendBytes(url, [text()]),
      ...(audited && { audited }),
    }),
  }
}
