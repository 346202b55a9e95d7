/** Which files of a directory are tenant documents, and which are their rule tests. */

/** A tenant document. Rule tests are beside their document, so their names distinguish them. */
export function isDocumentFile(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name) && !isRuleTestsFile(name)
}

/** Rule tests, as in `acme.test.yaml`. */
export function isRuleTestsFile(name: string): boolean {
  return /\.test\.(ya?ml|json)$/.test(name)
}
