/** Environment variables that make an unmodified SDK use the broker, and no local files. */

const NEITHER_FILES_NOR_METADATA = {
  HOME: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
}

export const ROLE = 'arn:aws:iam::000000000000:role/broker/acme/read'

export type SdkEnvironment = Readonly<Record<string, string>>

/** @param more variables to add or override */
export function environment(more: SdkEnvironment): SdkEnvironment {
  return { ...NEITHER_FILES_NOR_METADATA, ...more }
}

export function stsEnvironment(url: string, tokenFile: string): SdkEnvironment {
  const role = {
    AWS_ROLE_ARN: ROLE,
    AWS_ROLE_SESSION_NAME: 'me',
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  }
  return environment({ AWS_ENDPOINT_URL_STS: `${url}/sts`, ...role })
}

export function containerEnvironment(url: string, token: string, grant = 'read'): SdkEnvironment {
  return environment({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/tenants/acme/grants/${grant}/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  })
}
