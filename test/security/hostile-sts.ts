/** A broker with a hostile STS, whose responses are attacks. */
import type { ServerResponse } from 'node:http'
import type { Attack, AttackTarget } from './attack.ts'
import { startTarget } from './target.ts'

/** Occurs in messages of STS; a caller must never receive it. */
export const CANARY = 'canary-of-an-upstream'

/** A response of the hostile STS. */
export const body =
  (text: string | Uint8Array, status = 200) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'text/xml' }).end(text)

export const stsErrorXml = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${CANARY}</Message></Error></ErrorResponse>`

/** What it starts is closed after the tests. */
export async function startHostileSts() {
  const target = await startTarget()
  const token = await target.issuer.sign(target.claims())
  /** For honest requests, the STS responds honestly. */
  const recovering: AttackTarget = {
    ...target,
    requestHonestly: () => {
      target.sts.respondWithCredentials()
      return target.requestHonestly()
    },
  }
  const sts = (
    name: string,
    codes: readonly string[],
    respond: (response: ServerResponse) => void,
  ): Attack => ({
    name,
    codes,
    responseCanaries: [CANARY],
    send: () => {
      target.sts.respondWith(respond)
      return target.request('native', token)
    },
  })
  return { target, token, recovering, sts }
}
