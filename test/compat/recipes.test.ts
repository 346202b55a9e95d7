/** The recipes, run as their pages show them. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { splitCommand } from '../../packages/cli/src/session/split-command.ts'
import { listPages } from '../docs/markdown.ts'
import { closeAfterTests, startServer } from '../fixtures/index.ts'
import { CONTENT } from '../fixtures/s3-server.ts'
import { buildGoProgram, skipsGo } from './go-sdk.ts'
import { skipsPython } from './python-programs.ts'
import { recipeBlocks, startRecipe } from './recipe-shell.ts'
import { splitByCRuntime } from './windows-arguments.ts'

const ARN = 'arn:aws:sts::111122223333:assumed-role/app/session'

it('has a test for each page', () => {
  const pages = listPages().filter((page) => page.includes('docs/recipes/'))
  expect(pages.map((page) => path.basename(page, '.md')).sort()).toEqual([
    ...['README', 'aws-cli', 'github-actions', 'gitlab-ci', 'kubernetes'],
    ...['rclone', 's3cmd', 'terraform', 'windows'],
  ])
})

describe('GitHub Actions', () => {
  const [workflow = '', withoutAction = ''] = recipeBlocks('github-actions', 'yaml')

  it('the calls of the action get an account and an ARN', async () => {
    const { broker, here } = await startRecipe()
    const [step] = parse(here(workflow)).jobs.publish.steps
    const inputs = step.with
    const value = await readIdToken(broker, inputs.audience)
    const settings = {
      region: inputs['aws-region'],
      endpoint: inputs['sts-endpoint'],
      customUserAgent: 'configure-aws-credentials-for-github-actions',
    }
    const role = {
      RoleArn: inputs['role-to-assume'],
      RoleSessionName: 'GitHubActions',
      DurationSeconds: 3600,
      WebIdentityToken: value,
    }
    const anonymous = { accessKeyId: '', secretAccessKey: '' }
    const { Credentials } = await new STSClient({ ...settings, credentials: anonymous }).send(
      new AssumeRoleWithWebIdentityCommand(role),
    )
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    const identity = await new STSClient({ ...settings, credentials }).send(
      new GetCallerIdentityCommand({}),
    )
    expect(identity).toMatchObject({ Account: '111122223333', Arn: ARN })
  })

  it('the commands without the action write a token that the variables find', async () => {
    const recipe = await startRecipe()
    const [step] = parse(recipe.here(withoutAction)).steps
    const server = await startIdTokenServer(recipe.broker)
    const commands = String(step.run).replace(/^aws .*$/m, JAVASCRIPT_SDK)
    const { stdout, stderr } = await recipe.run(commands, { ...step.env, ...server })
    expect([stdout.trim(), stderr]).toEqual(['ASIA1', ''])
  })
})

it('GitLab CI: the variables and the script', async () => {
  const recipe = await startRecipe()
  const [job = ''] = recipeBlocks('gitlab-ci', 'yaml')
  const { id_tokens: tokens, variables, script } = parse(recipe.here(job)).publish
  const ids = Object.keys(tokens).map((name) => [name, recipe.broker.token()] as const)
  const values = await Promise.all(ids.map(async ([name, token]) => [name, await token]))
  const commands = script.join('\n').replace(/^aws .*$/m, JAVASCRIPT_SDK)
  const { stdout, stderr } = await recipe.run(commands, {
    ...variables,
    ...Object.fromEntries(values),
  })
  expect([stdout.trim(), stderr]).toEqual(['ASIA1', ''])
})

it('Kubernetes: the environment, and a token that is replaced', async () => {
  const recipe = await startRecipe()
  const [pod = ''] = recipeBlocks('kubernetes', 'yaml')
  const [container] = parse(recipe.here(pod)).spec.containers
  const pairs = container.env.map(({ name, value }: Record<string, string>) => [name, value])
  const env = Object.fromEntries(pairs)
  writeFileSync(recipe.tokenFile, await recipe.broker.token({ exp: 1 }))
  expect((await recipe.run(JAVASCRIPT_SDK, env)).stderr).toContain('ExpiredTokenException')
  await recipe.writeToken()
  expect((await recipe.run(JAVASCRIPT_SDK, env)).stdout.trim()).toBe('ASIA1')
})

describe.skipIf(skipsGo())('Terraform', () => {
  it('the calls of the provider’s library find account and partition', async () => {
    const recipe = await startRecipe()
    const program = await buildGoProgram('go-caller-identity.go')
    const [variables = ''] = recipeBlocks('terraform', 'sh')
    const { stdout, stderr } = await recipe.run(`${variables}\n${program}`)
    expect([stdout.trim(), stderr]).toEqual(['["111122223333","aws"]', ''])
  }, 180_000)
})

describe('the AWS CLI', () => {
  const [profileBlock = ''] = recipeBlocks('aws-cli', 'ini')
  const [withProfile = '', withVariables = ''] = recipeBlocks('aws-cli', 'sh')
  it.skipIf(skipsPython())('with a profile', async () => {
    const recipe = await startRecipe()
    mkdirSync(path.join(recipe.home, '.aws'))
    writeFileSync(path.join(recipe.home, '.aws/config'), profileBlock)
    const settings = path.join(recipe.home, '.config/token-broker')
    mkdirSync(settings, { recursive: true })
    const [json = ''] = recipeBlocks('aws-cli', 'json')
    writeFileSync(path.join(settings, 'profiles.json'), recipe.here(json), { mode: 0o600 })
    const { stdout, stderr } = await recipe.run(atS3(withProfile, recipe.s3.url))
    expect([stdout, stderr]).toEqual([CONTENT, ''])
  })

  it('with variables, which an SDK reads in the same way', async () => {
    const recipe = await startRecipe()
    const commands = withVariables.replace(/^aws .*$/m, JAVASCRIPT_SDK)
    const { stdout, stderr } = await recipe.run(commands)
    expect([stdout.trim(), stderr]).toEqual(['ASIA1', ''])
  })

  // Debian's version does not read the address of the endpoint.
  const newer = findNewerCli()
  if (newer !== undefined)
    it('with variables, and get-caller-identity', async () => {
      const recipe = await startRecipe()
      const commands = `aws() { ${newer} "$@"; }\n${withVariables}`
      const block = `${atS3(commands, recipe.s3.url)}\naws sts get-caller-identity --query Arn`
      const { stdout, stderr } = await recipe.run(block)
      expect([stdout, stderr]).toEqual([`${CONTENT}"${ARN}"\n`, ''])
    })
})

describe.skipIf(skips('rclone'))('rclone', () => {
  it('reads an object with token-broker exec', async () => {
    const recipe = await startRecipe()
    const [block = ''] = recipeBlocks('rclone', 'sh')
    // With AWS as the provider, rclone puts the bucket into the name of the host.
    const commands = block.replace('PROVIDER=AWS', 'PROVIDER=Other')
    const { stdout } = await recipe.run(`cd ~\n${commands}\ncat object`, rcloneAt(recipe.s3.url))
    expect([stdout, recipe.s3.refused]).toEqual([CONTENT, []])
  })
})

describe.skipIf(skips('s3cmd'))('s3cmd', () => {
  it('reads an object with variables', async () => {
    const recipe = await startRecipe()
    const { host } = new URL(recipe.s3.url)
    const settings = `[default]\nhost_base = ${host}\nhost_bucket = ${host}\nuse_https = False\n`
    writeFileSync(path.join(recipe.home, '.s3cfg'), settings)
    const [commands = ''] = recipeBlocks('s3cmd', 'sh')
    const { stdout } = await recipe.run(commands.replace('s3cmd ', 's3cmd --quiet '))
    expect([stdout, recipe.s3.refused]).toEqual([CONTENT, []])
  })
})

describe('Windows', () => {
  const [profile = ''] = recipeBlocks('windows', 'ini')
  const [powershell = ''] = recipeBlocks('windows', 'powershell')
  const line = /^credential_process = (.*)$/m.exec(profile)?.[1] ?? ''
  const expected = [String.raw`C:\My Apps\id.exe`, 'a b']
  const tokenCommand = (argv: readonly string[]) =>
    splitCommand('--token-command', argv[argv.indexOf('--token-command') + 1] ?? '')

  it('C programs and token-broker read the profile as the page says', () => {
    const argv = splitByCRuntime(line)
    expect(argv.slice(0, 2)).toEqual(['token-broker.cmd', 'credential-process'])
    expect(tokenCommand(argv)).toEqual(expected)
  })

  it.skipIf(skipsPython())('botocore reads it in the same way', () => {
    const program = 'import json, sys\nfrom botocore.compat import _windows_shell_split as split\n'
    const args = ['-c', `${program}print(json.dumps(split(sys.argv[1])))`, line]
    const argv = JSON.parse(execFileSync('/usr/bin/python3', args, { encoding: 'utf8' }))
    expect(argv).toEqual(splitByCRuntime(line))
  })

  it('PowerShell passes the same argument', () => {
    const argument = /--token-command "([^"$`]*)"/.exec(powershell)?.[1] ?? ''
    expect(splitCommand('--token-command', argument)).toEqual(expected)
  })

  it('outside quotes, a backslash is removed', () => {
    expect(splitCommand('--token-command', String.raw`C:\login.exe`)).toEqual(['C:login.exe'])
  })
})

/** The default chain of the AWS SDK for JavaScript, in the environment of the recipe. */
const JAVASCRIPT_SDK = `node --input-type=module -e '${[
  `import { STSClient } from "${import.meta.resolve('@aws-sdk/client-sts')}"`,
  'const { accessKeyId } = await new STSClient({}).config.credentials()',
  'console.log(accessKeyId)',
].join('; ')}'`

async function startIdTokenServer(broker: { token(): Promise<string> }) {
  const { url } = await closeAfterTests(
    startServer(async ({ headers, url = '' }, response) => {
      const isAllowed = headers.authorization === 'Bearer request-token'
      const hasAudience = new URL(url, 'http://host').searchParams.has('audience')
      const body = isAllowed && hasAudience ? { count: 1, value: await broker.token() } : {}
      response.end(JSON.stringify(body))
    }),
  )
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  }
}

/** As `getIDToken` of `@actions/core` does. */
async function readIdToken(broker: { token(): Promise<string> }, audience: string) {
  const server = await startIdTokenServer(broker)
  const url = `${server.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`
  const authorization = `Bearer ${server.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`
  const body: unknown = await (await fetch(url, { headers: { authorization } })).json()
  return typeof body === 'object' && body && 'value' in body ? String(body.value) : ''
}

function atS3(commands: string, url: string): string {
  return commands.replaceAll(' s3 cp ', ` --endpoint-url ${url} s3 cp `)
}

function rcloneAt(url: string): Record<string, string> {
  return { RCLONE_CONFIG_ACME_ENDPOINT: url }
}

/** Without the Debian package, tests are skipped; in CI they fail instead. */
function skips(program: string): boolean {
  const isMissing = !existsSync(`/usr/bin/${program}`) && process.env.CI !== 'true'
  if (isMissing) console.log(`Skipped: the Debian package ${program} is not installed.`)
  return isMissing
}

/** An AWS CLI that reads `AWS_ENDPOINT_URL_STS`; Debian 12 has none. */
function findNewerCli(): string | undefined {
  const { stdout } = spawnSync('which', ['-a', 'aws'], { encoding: 'utf8' })
  return stdout.split('\n').find((program) => {
    const found = program && spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout
    const [, major, minor] = /^aws-cli\/(\d+)\.(\d+)\./.exec(found ?? '') ?? []
    return Number(minor) >= (major === '1' ? 29 : 13)
  })
}
