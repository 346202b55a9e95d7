/** What IAM knows: services with their actions, resource types and condition keys. */

/** The catalogue as it is stored. */
export interface CatalogueData {
  /** When it was collected, such as `2026-09-26`. */
  readonly date: string
  /** Condition keys that do not belong to one service, such as `aws:PrincipalTag/tag-key`. */
  readonly globalKeys: readonly string[]
  /** By the prefix of its actions, such as `s3`, in lower case. */
  readonly services: Readonly<Record<string, ServiceData>>
}

export interface ServiceData {
  /** By the action's name: the resource types that it supports; none: only `Resource: '*'`. */
  readonly actions: Readonly<Record<string, readonly string[]>>
  /** The first letter of the access level of each action, in the same order: `R` for Read. */
  readonly accessLevels: string
  /** By the type's name: the forms of its ARNs, such as `arn:${Partition}:s3:::${BucketName}`. */
  readonly resourceTypes: Readonly<Record<string, readonly string[]>>
  /** Names as IAM writes them. `${TagKey}` and `<key>` mean any text. */
  readonly conditionKeys: readonly string[]
}

/** The catalogue by what rules look up. All names that are looked up are in lower case. */
export interface IamCatalogue {
  readonly date: string
  readonly services: ReadonlyMap<string, ServiceData>
  /** The forms of all ARNs, by the service that their third part names. */
  readonly arnFormats: ReadonlyMap<string, readonly string[]>
  /** All condition keys, by the part before their first colon. */
  readonly conditionKeys: ReadonlyMap<string, readonly string[]>
}

export function indexCatalogue({ date, globalKeys, services }: CatalogueData): IamCatalogue {
  const all = Object.values(services)
  const formats = all.flatMap(({ resourceTypes }) => Object.values(resourceTypes).flat())
  const keys = [...globalKeys, ...all.flatMap(({ conditionKeys }) => conditionKeys)]
  return {
    date,
    services: new Map(Object.entries(services)),
    arnFormats: Map.groupBy(new Set(formats), (format) => format.split(':')[2] ?? ''),
    conditionKeys: Map.groupBy(new Set(keys), (key) => key.split(':')[0]?.toLowerCase() ?? ''),
  }
}
