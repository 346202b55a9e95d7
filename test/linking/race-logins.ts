/** The logins of Ann and Ben in the races, and which of them may have one identity. */

export const ANN = 'google:ann'
export const ANN_FB = 'facebook:ann'
export const ANN_APPLE = 'apple:ann'
export const BEN = 'google:ben'
export const BEN_FB = 'facebook:ben'
export const TOGETHER = [[ANN, ANN_FB]] as const
export const ALL_THREE = [
  [ANN, ANN_FB],
  [ANN, ANN_APPLE],
  [ANN_FB, ANN_APPLE],
] as const
