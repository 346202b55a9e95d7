/** The views of the page, in the order of its navigation. */
import { html, type TemplateResult } from 'lit'

export interface View {
  /** The first part of its address. */
  readonly name: string
  readonly title: string
  /** Defines the view's element. */
  readonly load: () => Promise<unknown>
  readonly render: (parts: readonly string[]) => TemplateResult
}

export const VIEWS: readonly View[] = [
  {
    name: 'tenants',
    title: 'Tenants',
    load: () => import('./tenants/tenants-view.ts'),
    render: (parts) => html`<tb-tenants .parts=${parts}></tb-tenants>`,
  },
  {
    name: 'decide',
    title: 'Decide',
    load: () => import('./decide/decide-view.ts'),
    render: (parts) => html`<tb-decide .parts=${parts}></tb-decide>`,
  },
  {
    name: 'audit',
    title: 'Audit',
    load: () => import('./audit/audit-view.ts'),
    render: (parts) => html`<tb-audit .parts=${parts}></tb-audit>`,
  },
  {
    name: 'tests',
    title: 'Tests',
    load: () => import('./tests/tests-view.ts'),
    render: (parts) => html`<tb-tests .parts=${parts}></tb-tests>`,
  },
  {
    name: 'trust',
    title: 'Trust policies',
    load: () => import('./trust/trust-view.ts'),
    render: (parts) => html`<tb-trust .parts=${parts}></tb-trust>`,
  },
]
