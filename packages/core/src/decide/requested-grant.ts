/** Whether a rule's grant is the one that the caller requests, by its name or its role. */
import type { CompiledGrant, CompiledTenant } from '../model/compiled-tenant.ts'
import type { RequestFields } from '../model/credential-request.ts'

/** Which grant the caller requests; undefined: any. */
export type Requested = Pick<RequestFields, 'grant' | 'roleArn'>

/**
 * @param name the grant to which a rule leads
 * @returns that grant, or undefined where the caller requests another one
 */
export function findRequested(
  requested: Requested,
  name: string,
  grants: CompiledTenant['grants'],
): CompiledGrant | undefined {
  if ((requested.grant ?? name) !== name) return undefined
  const grant = grants[name]
  return (requested.roleArn ?? grant?.roleArn) === grant?.roleArn ? grant : undefined
}
