/** Whether a text of a policy depends on who the caller is. */
import { hasSlots } from '../policy/template.ts'

/** Keys whose value is the caller's, as condition values and resources use them. */
const OF_THE_CALLER =
  /\$\{(?:aws:(?:PrincipalTag\/|userid|username|SourceIdentity|FederatedProvider)|[^{}:]*\.[^{}:]*:)/i

/** Contains a slot, or a variable that becomes something of the caller's: it separates callers. */
export function separatesCallers(text: string): boolean {
  return hasSlots(text) || OF_THE_CALLER.test(text)
}
