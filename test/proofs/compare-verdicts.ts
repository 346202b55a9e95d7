/** What the proof and the solver find for one document of the corpus. */
import { type IsolationFinding, proveTenant } from '../../packages/core/src/document/index.ts'
import { BUCKET, type CorpusDocument, documentText } from './corpus-document.ts'
import { type Satisfiability, solve } from './cvc5.ts'
import { type Question, questionBetween, questionsAlone } from './meeting-query.ts'
import { readTemplate, type Template } from './templates.ts'

export type DocumentVerdict = 'separate' | 'not-separate' | 'undecided'

/** Of all statements and tags of the document that have slots. */
export function verdictOf(document: CorpusDocument): DocumentVerdict {
  const verdicts = provenTemplates(document).map(({ verdict }) => verdict)
  if (verdicts.includes('not-separate')) return 'not-separate'
  if (verdicts.every((verdict) => verdict === 'separate')) return 'separate'
  if (verdicts.every((verdict) => verdict === 'separate' || verdict === 'undecided'))
    return 'undecided'
  throw new Error(`${verdicts} were found for ${documentText(document)}`)
}

/** One finding for each of `templatesOf`, or one for all that are in one statement. */
export function provenTemplates(document: CorpusDocument): IsolationFinding[] {
  const { isolation } = proveTenant(documentText(document), 'corpus')
  const findings = isolation.filter(({ verdict }) => verdict !== 'same-for-all')
  const expected = document.place === 'oneStatement' ? 1 : templatesOf(document).length
  if (findings.length !== expected)
    throw new Error(`${findings.length} findings for ${documentText(document)}`)
  return findings
}

/** Whether the solver finds two callers who reach one text through the document. */
export async function canMeet(document: CorpusDocument): Promise<Satisfiability> {
  const templates = templatesOf(document)
  const { place, languages } = document
  const questions = templates.flatMap((template) => questionsAlone(template, languages))
  const [first, second] = templates
  if (first && second && place !== 'principalTag')
    questions.push(questionBetween(first, second, languages))
  let otherwise: Satisfiability = 'unsat'
  for (const question of questions) {
    const result = await decide(question)
    if (result === 'sat') return 'sat'
    if (result === 'unknown') otherwise = 'unknown'
  }
  return otherwise
}

/** What each statement and session tag reaches. */
export function templatesOf({ place, templates }: CorpusDocument): Template[] {
  const [tag = ''] = templates
  if (place === 'principalTag')
    return [readTemplate(`${BUCKET}/${tag}/*`, true), readTemplate(tag, false)]
  const hasWildcards = place !== 'StringEquals' && place !== 'sessionTag'
  return templates.map((text) => readTemplate(text, hasWildcards))
}

async function decide({ smt, weaker }: Question): Promise<Satisfiability> {
  if (weaker !== undefined && (await solve(weaker)) === 'unsat') return 'unsat'
  return solve(smt)
}
