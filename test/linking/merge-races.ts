/** Races of merges of identities. */
import { merge, type Race, signInAndMerge, signInWith, unlink } from './race.ts'
import { ALL_THREE, ANN, ANN_APPLE, ANN_FB, BEN, BEN_FB, TOGETHER } from './race-logins.ts'

export const MERGE_RACES: readonly Race[] = [
  {
    name: 'merge both ways',
    merges: true,
    logins: [ANN, BEN],
    mayShare: [[ANN, BEN]],
    before: [signInWith(ANN), signInWith(BEN)],
    requests: [merge(ANN, BEN), merge(BEN, ANN)],
    interruptions: [2, 3],
  },
  {
    name: 'merge, and link a login to the younger',
    merges: true,
    logins: [ANN, BEN_FB, ANN_APPLE],
    mayShare: [
      [ANN, BEN_FB],
      [ANN, ANN_APPLE],
      [BEN_FB, ANN_APPLE],
    ],
    before: [signInWith(ANN), signInWith(BEN_FB)],
    requests: [merge(ANN, BEN_FB), signInWith(ANN, ANN_APPLE)],
    interruptions: [1, 2],
  },
  {
    name: 'merge in a ring of three',
    merges: true,
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN), signInWith(ANN_FB), signInWith(ANN_APPLE)],
    requests: [merge(ANN, ANN_FB), merge(ANN_FB, ANN_APPLE), merge(ANN_APPLE, ANN)],
    interruptions: [1, 1],
  },
  {
    name: 'two identities of one provider are presented together in two requests',
    merges: true,
    logins: [ANN, ANN_FB],
    mayShare: TOGETHER,
    before: [signInWith(ANN), signInWith(ANN_FB)],
    requests: [signInAndMerge(ANN, ANN_FB), signInAndMerge(ANN_FB, ANN)],
    interruptions: [1, 2],
  },
  {
    name: 'unlink from a merged identity while it is merged again',
    merges: true,
    logins: [ANN, ANN_FB, ANN_APPLE],
    mayShare: ALL_THREE,
    before: [signInWith(ANN), signInWith(ANN_FB), signInWith(ANN_APPLE), merge(ANN_FB, ANN_APPLE)],
    requests: [unlink(ANN_FB, ANN_APPLE), merge(ANN, ANN_FB)],
    interruptions: [1, 1],
  },
  developerMerges(),
]

/** Nineteen logins of a developer are one identity already, and two more are merged into it. */
function developerMerges(): Race {
  const names = Array.from({ length: 21 }, (_, index) => `developer:${index}`)
  const [first = '', ...others] = names
  const [last = '', nextToLast = '', ...merged] = others.toReversed()
  return {
    name: 'two merges into an identity of nineteen',
    merges: true,
    logins: names,
    mayShare: names.flatMap((one) => names.map((other) => [one, other] as const)),
    before: [...names.map((name) => signInWith(name)), ...merged.map((name) => merge(first, name))],
    requests: [merge(first, last), merge(nextToLast, first)],
    interruptions: [0, 1],
  }
}
