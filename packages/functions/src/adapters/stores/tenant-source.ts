/** Where the deployed broker's tenants come from: the core's port, and what browsers' preflights ask, which name no tenant. */
import type { TenantStore } from '@token-broker/core'

export interface TenantSource extends TenantStore {
  /** Whether some tenant lets pages of this exact origin call. It lets a browser send the request and decides no more. */
  allowsOrigin(origin: string): Promise<boolean>
}
