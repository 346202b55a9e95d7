/** All presets, by which `verify.kind` names a provider. */
import { CI_SYSTEMS } from './ci-systems.ts'
import { SIGN_IN_SERVICES } from './sign-in-services.ts'
import { WORKLOAD_IDENTITIES } from './workload-identities.ts'

export const PRESETS = [...SIGN_IN_SERVICES, ...CI_SYSTEMS, ...WORKLOAD_IDENTITIES]
