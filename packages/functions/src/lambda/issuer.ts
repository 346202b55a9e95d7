/** Root of the `issuer` function: what STS reads before it trusts a token that KMS has signed. */
import { randomUUID } from 'node:crypto'
import { composeIssuer } from '../compose-issuer.ts'
import { serveApiGateway } from './api-gateway.ts'

export const handler = serveApiGateway(
  composeIssuer(process.env, {
    now: Date.now,
    newId: randomUUID,
    log: (line) => process.stdout.write(line),
  }),
)
