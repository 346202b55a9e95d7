/** Signs a user in for a service provider: SAML 2.0, where the service provider has not asked. */
import { openBrowser, type Page } from './browser.ts'
import {
  type SamlProduct,
  SERVICE_PROVIDERS,
  type ServiceProviderName,
  type Site,
} from './identity-provider.ts'
import { PROVIDER_USERS, type ProviderUserName } from './provider-users.ts'

export interface SamlSignInOptions {
  /** Default: `broker`. */
  readonly serviceProvider?: ServiceProviderName
}

/**
 * @returns the response, in base64 as in the form that a browser would post
 * @throws {Error} with what the identity provider responded
 */
export async function signInForSaml(
  product: SamlProduct,
  site: Pick<Site, 'url'>,
  user: ProviderUserName,
  { serviceProvider: name = 'broker' }: SamlSignInOptions = {},
): Promise<string> {
  const { password } = PROVIDER_USERS[user]
  const serviceProvider = SERVICE_PROVIDERS[name]
  const page = await product.respondTo(openBrowser(), site, { user, password, serviceProvider })
  const response = inputOf(page, 'SAMLResponse')
  if (response === undefined) throw new Error(`There is no response: ${page.status} ${page.text}`)
  return response
}

/** The value of an input; its name comes before it, as in the pages of both products. */
export function inputOf({ text }: Pick<Page, 'text'>, name: string): string | undefined {
  const value = new RegExp(`name="${name}"[^>]*?value="([^"]*)"`).exec(text)?.[1]
  return value?.replace(/&#(?:x([0-9a-f]+)|(\d+));|&(amp|quot|lt|gt);/gi, decodeReference)
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>' }

function decodeReference(_: string, hexadecimal?: string, decimal?: string, name = ''): string {
  if (hexadecimal) return String.fromCodePoint(Number.parseInt(hexadecimal, 16))
  return decimal ? String.fromCodePoint(Number(decimal)) : (NAMED[name.toLowerCase()] ?? '')
}
