/** What the first sign-in of a user of a former pool gets, one request after another. */
import { disableIdentity, identifyLogins } from '@token-broker/core/linking'
import { describe, expect, it } from 'vitest'
import { loginNamed, NOW } from './race.ts'
import { type Items, runAlone } from './steps-in-memory.ts'

const FORMER = 'former'

describe('a former identity that the operator disabled before its user came', () => {
  it('is refused, and stays so', () => {
    const items: Items = new Map()
    runAlone(items, disableIdentity(FORMER, NOW))
    const login = { ...loginNamed('google:ann'), formerId: FORMER }
    const signIn = () =>
      runAlone(items, identifyLogins({ logins: [login], nowSeconds: NOW }, { merging: false }))
    expect(signIn()).toEqual({ refused: 'disabled' })
    expect(signIn()).toEqual({ refused: 'disabled' })
  })
})
