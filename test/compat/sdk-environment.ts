/** Environment variables that make an unmodified SDK use the broker, and no local files. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeTemporaryFolder } from '../fixtures/index.ts'

const NEITHER_FILES_NOR_METADATA = {
  HOME: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'eu-west-1',
}

export const ROLE = 'arn:aws:iam::000000000000:role/broker/acme/read'

export const POOL = 'eu-west-1:11111111-2222-4333-8444-555555555555'

export type SdkEnvironment = Readonly<Record<string, string>>

/** The variables for each way in which an SDK can get credentials. */
export const sdkEnvironment = {
  /** @param more variables to add or override */
  of(more: SdkEnvironment): SdkEnvironment {
    return { ...NEITHER_FILES_NOR_METADATA, ...more }
  },
  sts(url: string, tokenFile: string): SdkEnvironment {
    return this.of({
      AWS_ENDPOINT_URL_STS: `${url}/sts`,
      AWS_ROLE_ARN: ROLE,
      AWS_ROLE_SESSION_NAME: 'me',
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
    })
  },
  container(url: string, token: string): SdkEnvironment {
    return this.of({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: containerUrl(url),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    })
  },
  containerWithTokenFile(url: string, tokenFile: string): SdkEnvironment {
    return this.of({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: containerUrl(url),
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
    })
  },
  /** A profile with `credential-process`, in a new file, because the SDK caches what it read. */
  profile(url: string, tokenFile: string): SdkEnvironment {
    const command = credentialProcessCommand(url, tokenFile)
    const file = writeFile('config', `[profile broker]\ncredential_process = ${command}\n`)
    return this.of({ AWS_PROFILE: 'broker', AWS_CONFIG_FILE: file })
  },
}

export function containerUrl(url: string): string {
  return `${url}/v1/tenants/acme/grants/read/credentials`
}

export function poolUrl(url: string): string {
  return `${url}/cognito/${POOL}`
}

/** @returns the path of a new file with the text */
export function writeToken(text: string): string {
  return writeFile('token', text)
}

const TOKEN_BROKER = path.join(import.meta.dirname, '../../packages/cli/src/main.ts')

/** @returns the `credential_process` of a profile */
export function credentialProcessCommand(url: string, tokenFile: string): string {
  const options = `--no-cache --endpoint ${url} --token-file ${tokenFile}`
  return `node ${TOKEN_BROKER} credential-process ${options}`
}

function writeFile(name: string, text: string): string {
  const file = path.join(makeTemporaryFolder(), name)
  writeFileSync(file, text)
  return file
}
