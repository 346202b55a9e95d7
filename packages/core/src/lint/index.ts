/** The lint: finds what compiles but is probably not meant. It runs before deployment only. */
export { canBeOfForm } from './arn-form.ts'
export { FINDING_LEVELS, type Finding, type FindingId, findingOf } from './finding.ts'
export {
  type CatalogueData,
  type IamCatalogue,
  indexCatalogue,
  type ServiceData,
} from './iam-catalogue.ts'
export { lintDocument } from './lint-document.ts'
