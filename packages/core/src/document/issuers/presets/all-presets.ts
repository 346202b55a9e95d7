/** All presets, by which `verify.kind` names a provider. */
import { CI_SYSTEMS } from './ci-systems.ts'
import type { IssuerForm, Preset } from './preset.ts'
import { SIGN_IN_SERVICES } from './sign-in-services.ts'
import { WORKLOAD_IDENTITIES } from './workload-identities.ts'

export const PRESETS = [...SIGN_IN_SERVICES, ...CI_SYSTEMS, ...WORKLOAD_IDENTITIES]

/** The preset of a provider whose issuers all have names of a form of its own. */
export function presetOf(
  issuer: string,
): { readonly preset: Preset; readonly form: IssuerForm } | undefined {
  for (const preset of PRESETS) {
    const form = preset.forms.find((one: IssuerForm) => isOfProvider(one, issuer))
    if (form) return { preset, form }
  }
  return undefined
}

/** Operators choose the hosts of some providers, so that these forms match any URL. */
function isOfProvider({ issuer: form }: IssuerForm, issuer: string): boolean {
  if (typeof form === 'string') return form === issuer
  return form.exec(issuer)?.[0] === issuer && form.exec('https://id.example/x')?.[0] === undefined
}
