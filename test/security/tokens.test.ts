/** Tokens changed at every level, through every door: each is refused with a code, and the broker goes on. */
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { type Attack, CLASS_TIMEOUT, sendGenerated } from './attack.ts'
import { DOORS } from './endpoint-forms.ts'
import { type BrokerTarget, startTarget } from './target.ts'
import {
  brokenJson,
  changedBytes,
  type HostileToken,
  hostileClaims,
  respelled,
} from './token-mutations.ts'

let target: BrokerTarget
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target.close())

function atAnyDoor(tokens: fc.Arbitrary<HostileToken>): fc.Arbitrary<Attack> {
  return fc.tuple(tokens, fc.constantFrom(...DOORS)).map(([{ name, codes, make }, door]) => {
    const canaries: string[] = []
    return {
      name: `${name}, at the ${door} door`,
      codes,
      canaries,
      send: async () => {
        const token = await make()
        // Shorter pieces are words of ours too.
        canaries.push(...token.split('.').filter((part) => part.length > 100))
        return target.ask(door, token)
      },
    }
  })
}

it('refuses tokens changed byte by byte', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: bytes', target, atAnyDoor(changedBytes(target))),
)

it('refuses tokens spelled another way', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: base64', target, atAnyDoor(respelled(target))),
)

it('refuses JSON that could be read in two ways', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: JSON', target, atAnyDoor(brokenJson(target))),
)

it('refuses claims and headers that nobody may take', CLASS_TIMEOUT, ({ task }) =>
  sendGenerated(task.meta, 'tokens: claims', target, atAnyDoor(hostileClaims(target))),
)
