/** The views of the page, in the order of its navigation. */
import { html, type TemplateResult } from 'lit'
import './audit/audit-view.ts'
import './decide/decide-view.ts'
import './tenants/tenants-view.ts'
import './tests/tests-view.ts'
import './trust/trust-view.ts'

interface View {
  /** The first part of its address. */
  readonly name: string
  readonly title: string
  readonly render: (parts: readonly string[]) => TemplateResult
}

const TENANTS: View = {
  name: 'tenants',
  title: 'Tenants',
  render: (parts) => html`<tb-tenants .parts=${parts}></tb-tenants>`,
}

export const VIEWS: readonly View[] = [
  TENANTS,
  {
    name: 'decide',
    title: 'Decide',
    render: (parts) => html`<tb-decide .parts=${parts}></tb-decide>`,
  },
  {
    name: 'audit',
    title: 'Audit',
    render: (parts) => html`<tb-audit .parts=${parts}></tb-audit>`,
  },
  {
    name: 'tests',
    title: 'Tests',
    render: (parts) => html`<tb-tests .parts=${parts}></tb-tests>`,
  },
  {
    name: 'trust',
    title: 'Trust policies',
    render: (parts) => html`<tb-trust .parts=${parts}></tb-trust>`,
  },
]

/** @returns of an unknown name, the first view */
export function findView(wanted: string): View {
  return VIEWS.find(({ name }) => name === wanted) ?? TENANTS
}
