/** Requests that show the key of a token, at a fixed time, and what is said of them. */
import { expect } from 'vitest'
import type { PresentedProof } from '../../../packages/core/src/model/credential-request.ts'
import { type ShownCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import { demandPossession } from '../../../packages/core/src/verify/possession.ts'
import { issueProofNonce } from '../../../packages/core/src/verify/proof-nonce.ts'
import { proofVerifier } from '../../../packages/functions/src/adapters/verifiers/proof-verifier.ts'
import { createDpopKey, type DpopKey } from '../../fixtures/dpop-key.ts'
import { NO_PROOFS } from './no-proofs.ts'
import { runCheck } from './unsigned-tokens.ts'

/** Seconds since the epoch. */
export const NOW = 1_500_000
export const NONCE_KEY = NO_PROOFS.sessionNameKey
export const URL_OF_ENDPOINT = 'https://broker.example/v1/credentials'
export const TOKEN = 'the token'

/** To which the tokens are bound. */
export const boundKey = await createDpopKey()
export const otherKey = await createDpopKey()

type Changes = Partial<Parameters<DpopKey['proof']>[0]>

/** A proof that is accepted, unless something of it is changed. */
export function makeProof(changes: Changes = {}, key = boundKey): Promise<string> {
  const nonce = issueProofNonce(NONCE_KEY, NOW * 1000)
  return key.proof({ url: URL_OF_ENDPOINT, token: TOKEN, iat: NOW, nonce, ...changes })
}

/**
 * @param changes null: an endpoint at which no proof can be sent
 * @param claims of the token
 */
export function provePossession(
  proof: string | undefined,
  changes: Partial<PresentedProof> | null = {},
  claims: Readonly<Record<string, unknown>> = { cnf: boundKey.cnf },
  clientCertificate?: string,
): { thrown: unknown; shown: readonly ShownCheck[]; last: ShownCheck | undefined } {
  const presented = {
    ...{ proof, scheme: undefined, method: 'POST', path: '/v1/credentials' },
    ...changes,
  }
  const { thrown, trace } = runCheck((trace) =>
    demandPossession(claims, TOKEN, changes === null ? undefined : presented, {
      ...{ requestId: 'r', endpoint: 'native', clientIp: '203.0.113.7', userAgent: undefined },
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...{ signal: new AbortController().signal, trace },
      ports: { ...NO_PROOFS, proofVerifier, now: () => NOW * 1000 },
    }),
  )
  const shown = showTrace(trace)
  return { thrown, shown, last: shown.at(-1) }
}

/** @param check of the trace, without its stage */
export function expectRefusal(
  { thrown, last }: ReturnType<typeof provePossession>,
  code: string,
  message: string,
  check: object,
): void {
  expect(thrown).toMatchObject({ code, message, callerMessage: message })
  expect(last).toEqual({ stage: 'verify', passed: false, ...check })
}
