/** `token-broker issuer check` and `init` with what independent identity providers publish. */
import { expect, it } from 'vitest'
import { examine } from '../presets/provider-page.ts'
import { runCli } from '../unit/cli/run-cli.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { glewlwyd } from './providers/glewlwyd.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'

for (const product of [LEMONLDAP, glewlwyd({ algorithm: 'ES512' })])
  describeWithProvider(
    product,
    'checked by the command line',
    async () => ({}),
    (started) => {
      it('has documents that the broker can use', async () => {
        const args = ['issuer', 'check', started().provider.issuer, '--allow-loopback-http']
        const { code, stdout } = await runCli(args)
        expect(stdout).toMatch(/^ok +issuer name +exactly/m)
        expect(stdout).toMatch(/^ok +the broker +gets \d+ keys?$/m)
        expect(stdout).not.toMatch(/^failed/m)
        expect(code).toBe(0)
      })

      it('gets a first tenant document', async () => {
        const args = ['init', '--issuer', started().provider.issuer, '--allow-loopback-http']
        const { code, stdout } = await runCli(args)
        expect([code, examine(stdout).problems]).toEqual([0, []])
      })
    },
  )
