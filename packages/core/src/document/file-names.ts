/** Which files of a directory are tenant documents, candidates for them, and their rule tests. */

/** A tenant document. Rule tests are beside their document, so their names distinguish them. */
export function isDocumentFile(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name) && !isRuleTestsFile(name)
}

/** Rule tests, as in `acme.test.yaml`. */
export function isRuleTestsFile(name: string): boolean {
  return /\.test\.(ya?ml|json)$/.test(name)
}

/** A tenant document that is not in force, as in `acme.candidate.yaml`. */
export function isCandidateFile(name: string): boolean {
  return /\.candidate\.(ya?ml|json)$/.test(name)
}
