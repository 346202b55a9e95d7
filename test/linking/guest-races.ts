/** Races for a guest: of those who adopt it, claim it, or use it. */
import {
  adopt,
  claim,
  GUEST,
  type Race,
  SECOND_GUEST,
  signInWith,
  unlink,
  useGuest,
} from './race.ts'
import { ANN, ANN_FB, BEN, BEN_FB, TOGETHER } from './race-logins.ts'

export const GUEST_RACES: readonly Race[] = [
  {
    name: 'adopt a guest, and sign in',
    logins: [ANN],
    requests: [adopt(GUEST, ANN), signInWith(ANN)],
  },
  {
    name: 'a thief and the owner adopt one guest',
    logins: [ANN, BEN],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN)],
  },
  {
    name: 'a thief and the owner adopt one guest, with logins of two providers',
    logins: [ANN, BEN_FB],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN_FB)],
  },
  {
    name: 'a thief, the owner and a second device of the owner',
    logins: [ANN, BEN],
    requests: [adopt(GUEST, ANN), adopt(GUEST, BEN), signInWith(ANN)],
    interruptions: [1, 2],
  },
  {
    name: 'one login adopts two guests on two devices',
    logins: [ANN],
    requests: [adopt(GUEST, ANN), adopt(SECOND_GUEST, ANN)],
  },
  {
    name: 'a thief and the owner claim one guest',
    logins: [ANN, BEN],
    requests: [claim(GUEST, ANN), claim(GUEST, BEN)],
    interruptions: [2, 3],
  },
  {
    name: 'one login claims a guest twice',
    logins: [ANN],
    requests: [claim(GUEST, ANN), claim(GUEST, ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'two logins of one identity claim a guest',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [claim(GUEST, ANN), claim(GUEST, ANN_FB)],
  },
  {
    name: 'one login claims a guest, and another adopts it',
    logins: [ANN, BEN],
    requests: [claim(GUEST, ANN), adopt(GUEST, BEN)],
    interruptions: [2, 3],
  },
  {
    name: 'a guest is used while it is claimed',
    logins: [ANN],
    before: [signInWith(ANN)],
    requests: [claim(GUEST, ANN), useGuest(GUEST)],
  },
  {
    name: 'a guest is claimed, and the login is unlinked',
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN, ANN_FB)],
    requests: [claim(GUEST, ANN), unlink(ANN_FB, ANN)],
    interruptions: [1, 3],
  },
]
