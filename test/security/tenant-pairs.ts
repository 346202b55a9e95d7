/** Requests of each tenant's caller for the grants of every other tenant, at every endpoint. */
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import {
  ENDPOINTS,
  type EndpointName,
  responseText,
  sendHonestRequest,
} from './endpoint-requests.ts'
import type { Member, Tenancy } from './tenancy.ts'

/** Not in any document. */
const UNKNOWN_GRANT = 'nothing'

export interface Pair {
  readonly caller: Member
  readonly foreign: Member
  readonly grant: string
  readonly endpoint: EndpointName
}

export function pairsOf({ members }: Tenancy): Pair[] {
  return members.flatMap((caller) =>
    members
      .filter(({ tenant }) => tenant !== caller.tenant)
      .flatMap((foreign) =>
        [...foreign.grants, UNKNOWN_GRANT].flatMap((grant) =>
          ENDPOINTS.map((endpoint) => ({ caller, foreign, grant, endpoint })),
        ),
      ),
  )
}

/** @returns a function that sends the request of a pair for the grant of any tenant */
export async function createPairRequests({ app, members }: Tenancy) {
  const tokens = new Map<string, string>()
  for (const member of members) tokens.set(member.tenant, await member.token())
  const request = ({ caller, grant, endpoint }: Pair, tenant: string, beyond = false) => {
    const token = tokens.get(caller.tenant) ?? ''
    return sendHonestRequest(app, endpoint, { token, tenant, grant, beyond })
  }
  return { tokens, request }
}

/** The response without what differs between any two requests. */
export function comparable(response: HttpResponse, tenant: string): string {
  return `${response.status} ${responseText(response)}`
    .replace(/request-\d+/g, 'ID')
    .replaceAll(tenant, 'TENANT')
}
