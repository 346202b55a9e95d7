/** The secret with which the broker keys the names of sessions, generated once for each stage. */
import type { StageSettings } from './stage-settings.ts'

const CHARACTERS = 64

/**
 * A parameter keeps the secret, so that it stays the same in each deployment, and an operator can
 * replace it. The function gets it as an environment variable: reading the parameter would cost
 * each start a call.
 */
export function createSessionNameKey(settings: StageSettings): $util.Output<string> {
  const generated = aws.secretsmanager.getRandomPasswordOutput({
    passwordLength: CHARACTERS,
    excludePunctuation: true,
  })
  const parameter = new aws.ssm.Parameter(
    'SessionNameKey',
    {
      name: `/${$app.name}/${$app.stage}/session-name-key`,
      description: `${$app.name} ${$app.stage}: keys the digests in the names of sessions`,
      type: 'SecureString',
      value: generated.randomPassword,
    },
    {
      // Each deployment generates another text; only the first one is used.
      ignoreChanges: ['value'],
      protect: settings.protect,
      retainOnDelete: settings.removal === 'retain',
    },
  )
  return parameter.value
}
