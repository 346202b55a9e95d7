/** A decision on the page: the verdict, the request path with each check, what STS would get. */
import { html, nothing, type TemplateResult } from 'lit'
import { visibleJson, visibleText } from '../visible-text.ts'
import type {
  DecidedByCandidate,
  DecidedStage,
  DecideResult,
  ShownMismatch,
  StageCheck,
} from '../wire/decide-wire.ts'
import { notice } from './notice.ts'

export function decisionShown(result: DecideResult): TemplateResult {
  const { outcome, code, reason, tenant, rule, grant, plan, stages, test, candidate } = result
  const found = Object.entries({ tenant, rule, grant }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  )
  const isIssued = outcome === 'would-issue'
  return html`
    ${notice({
      kind: isIssued ? 'success' : 'warning',
      title: isIssued ? 'The broker would issue a session' : `The broker would refuse: ${code}`,
      detail: [reason, found.join(', ')].filter(Boolean).join('\n'),
    })}
    ${test ? testShown(test) : nothing} ${candidate ? candidateShown(candidate) : nothing}
    <h2>Request path</h2>
    <ol class="stages">
      ${stages.map(stageShown)}
    </ol>
    ${plan ? planShown(plan) : nothing}
  `
}

const MARKS = { passed: '✓', refused: '✗', 'not reached': '–', ahead: '→' } as const
const STATE_WORDS = {
  ...{ passed: 'passed', refused: 'refused here' },
  ...{ 'not reached': 'not reached', ahead: 'not run here' },
} as const

function stageShown({ stage, state, summary, checks }: DecidedStage): TemplateResult {
  const failed = checks.filter(({ passed }) => !passed).length
  const count = failed === 0 ? `${checks.length}` : `${checks.length}, ${failed} not passed`
  return html`
    <li class="stage ${state.replace(' ', '-')}">
      <h3>
        <span class="mark" aria-hidden="true">${MARKS[state]}</span>
        ${stage} <span class="quiet">${STATE_WORDS[state]}</span>
      </h3>
      ${summary === '' ? nothing : html`<p>${visibleText(summary)}</p>`}
      ${
        checks.length === 0
          ? nothing
          : html`<details ?open=${state === 'refused'}>
              <summary>Checks of ${stage} (${count})</summary>
              <ul class="checks">
                ${checks.map(checkShown)}
              </ul>
            </details>`
      }
    </li>
  `
}

function checkShown({ check, passed, expected, found }: StageCheck): TemplateResult {
  const value = (name: string, text: string | undefined) =>
    text === undefined
      ? nothing
      : html`<div><span class="quiet">${name}</span> <bdi>${visibleText(text)}</bdi></div>`
  return html`
    <li class=${passed ? 'passed' : 'refused'}>
      <span class="mark" aria-hidden="true">${passed ? '✓' : '✗'}</span>
      <span class="visually-hidden">${passed ? 'passed:' : 'not passed:'}</span>
      <bdi>${visibleText(check)}</bdi>
      ${value('expected', expected)} ${value('found', found)}
    </li>
  `
}

function planShown(plan: Readonly<Record<string, unknown>>): TemplateResult {
  const { sessionPolicy, ...rest } = plan
  const rows = Object.entries(rest).filter(([, value]) => value !== undefined && !isEmpty(value))
  return html`
    <h2>What STS would get</h2>
    <dl class="values">
      ${rows.map(
        ([name, value]) => html`
          <dt>${name}</dt>
          <dd><bdi>${typeof value === 'string' ? visibleText(value) : visibleJson(value)}</bdi></dd>
        `,
      )}
    </dl>
    <h3>Session policy</h3>
    <tb-code
      .text=${JSON.stringify(sessionPolicy, undefined, 2)}
      .label=${'session policy'}
    ></tb-code>
  `
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function testShown({ name, mismatches }: NonNullable<DecideResult['test']>): TemplateResult {
  const isPassed = mismatches.length === 0
  return notice({
    kind: isPassed ? 'success' : 'error',
    title: `The test "${name}" ${isPassed ? 'passes' : 'fails'}`,
    detail: mismatches.map(mismatchText).join('\n'),
  })
}

export function mismatchText({ what, expected, found, hint }: ShownMismatch): string {
  const lines = [`${what}: expected ${expected}, found ${found}`, ...(hint ? [`  ${hint}`] : [])]
  return lines.join('\n')
}

const RESULT_WORDS: Readonly<Record<string, string>> = {
  same: 'It decides the same',
  gains: 'By the candidate, the caller gains a session',
  loses: 'By the candidate, the caller loses the session',
  differs: 'By the candidate, the session or the refusal differs',
  undecided: 'The candidate did not decide',
}

function candidateShown(candidate: DecidedByCandidate): TemplateResult {
  const { result, code, reason, rule, grant, differences = [], plan } = candidate
  const isSame = result === 'same'
  const found = Object.entries({ rule, grant }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  )
  return html`
    <h2>By the candidate document</h2>
    ${notice({
      kind: isSame ? 'info' : 'warning',
      title: RESULT_WORDS[result] ?? result,
      detail: [code, reason, found.join(', '), differences.join(', ')].filter(Boolean).join('\n'),
    })}
    ${
      plan && !isSame
        ? html`<details>
            <summary>What STS would get by the candidate</summary>
            <tb-code
              .text=${JSON.stringify(plan, undefined, 2)}
              .label=${'plan of the candidate'}
            ></tb-code>
          </details>`
        : nothing
    }
  `
}
