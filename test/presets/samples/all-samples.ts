/** A sample of each preset. */
import type { ProviderSample } from '../provider-sample.ts'
import { ENTRA } from './entra.ts'
import { GITHUB_ACTIONS } from './github-actions.ts'
import { GOOGLE } from './google.ts'

export const SAMPLES: readonly ProviderSample[] = [ENTRA, GITHUB_ACTIONS, GOOGLE]
