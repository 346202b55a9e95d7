/// <reference path="./.sst/platform/config.d.ts" />
/** Creates a stage with `sst deploy`. Each part of a stage is a file in stacks/. */

export default $config({
  async app({ stage }) {
    const { selectStageSettings } = await import('./stacks/stage-settings')
    const { STAGES } = await import('./stacks/stages')
    const settings = selectStageSettings(STAGES, stage, Date.now())
    const { account, region, removal, protect } = settings
    return {
      name: 'token-broker',
      home: 'aws',
      removal,
      protect,
      providers: { aws: { region, version: '7.20.0', allowedAccountIds: [account] } },
    }
  },
  async run() {
    const { selectStageSettings } = await import('./stacks/stage-settings')
    const { STAGES } = await import('./stacks/stages')
    const { metricsNamespace } = await import('./stacks/alarm')
    const { buildBundles } = await import('./stacks/bundles')
    const { createApi } = await import('./stacks/api')
    const { createFunctions, functionName } = await import('./stacks/functions')
    const { createObservability } = await import('./stacks/observability')
    const { createSessionNameKey } = await import('./stacks/session-name-key')
    const { createPoolKey } = await import('./stacks/pool-key')
    const { createSigningKeys } = await import('./stacks/signing-key')
    const { createSessionsTable, createTable } = await import('./stacks/table')
    const { refuseSampleSettings } = await import('./stacks/sample-settings')
    const { secretAccess } = await import('./stacks/secrets')
    const { checkServedPools } = await import('./stacks/served-pools')
    const { compileFolder } = await import('./stacks/stage-documents')
    const { createTenants } = await import('./stacks/tenants')

    const settings = selectStageSettings(STAGES, $app.stage, Date.now())
    refuseSampleSettings(settings, $app.stage)
    const documents = compileFolder(settings)
    buildBundles(settings, documents)
    checkServedPools(settings, documents, $app.stage)
    const keys = createSigningKeys(settings, {
      broker: functionName('broker'),
      issuer: functionName('issuer'),
    })
    const table = createTable(settings)
    const poolKey = createPoolKey(settings, functionName('broker'))
    const api = createApi(settings)
    const { issuer } = api
    const functions = createFunctions(settings, {
      issuer,
      keys,
      table,
      sessionsTable: createSessionsTable(settings),
      sessionNameKey: createSessionNameKey(settings),
      metricsNamespace: metricsNamespace(),
      poolKey,
      secrets: secretAccess(settings, documents, $app),
    })
    const routes = api.route(functions)
    const tenants = createTenants(settings, documents, issuer, routes)
    const poolApi = api.servePools(functions)
    createObservability(settings, api, poolApi)
    return {
      issuer,
      ...(poolApi === undefined ? {} : { identityPools: poolApi.endpoint }),
      tenantsTable: table.name,
      ...(poolKey === undefined ? {} : { poolKeysKmsKey: poolKey }),
      tenants: tenants.ids,
      rolesToMakeYourself: tenants.otherRoleArns,
    }
  },
})
