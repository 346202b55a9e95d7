/** Tokens that were changed at any level are refused with a code by every endpoint. */
import fc from 'fast-check'
import { it } from 'vitest'
import { type Attack, CLASS_TIMEOUT, sendGenerated } from './attack.ts'
import { ENDPOINTS } from './endpoint-requests.ts'
import { startTarget } from './target.ts'
import {
  brokenJson,
  changedBytes,
  type HostileToken,
  hostileClaims,
  respelled,
} from './token-mutations.ts'

const target = await startTarget()

it('refuses tokens changed byte by byte', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: bytes', target, atAnyEndpoint(changedBytes(target))),
)

it('refuses tokens in another encoding', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: base64', target, atAnyEndpoint(respelled(target))),
)

it('refuses ambiguous and invalid JSON', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: JSON', target, atAnyEndpoint(brokenJson(target))),
)

it('refuses invalid claims and headers', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: claims', target, atAnyEndpoint(hostileClaims(target))),
)

function atAnyEndpoint(tokens: fc.Arbitrary<HostileToken>): fc.Arbitrary<Attack> {
  return fc
    .tuple(tokens, fc.constantFrom(...ENDPOINTS))
    .map(([{ name, codes, make }, endpoint]) => {
      const canaries: string[] = []
      return {
        name: `${name}, at the ${endpoint} endpoint`,
        codes,
        canaries,
        send: async () => {
          const token = await make()
          // Shorter parts also occur in our own messages.
          canaries.push(...token.split('.').filter((part) => part.length > 100))
          return target.request(endpoint, token)
        },
      }
    })
}
