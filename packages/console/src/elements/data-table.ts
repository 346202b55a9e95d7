/** A table of values, with a button that reads the next page. */
import { html, nothing, type TemplateResult } from 'lit'
import { visibleText } from '../visible-text.ts'

export interface Column<Row> {
  readonly title: string
  /** A text, which is made visible, or a template. An empty text is shown as a dash. */
  readonly cell: (row: Row) => string | number | TemplateResult
  readonly isNumber?: boolean
}

export interface DataTable<Row> {
  /** Names the table, for screen readers too. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** How many rows there are in all, where that is known. */
  readonly total?: number | undefined
  /** What the table shows without a row. */
  readonly empty: string
  /** Reads further rows; absent at the end. */
  readonly more?: (() => void) | undefined
}

/** On narrow screens, each row becomes a block, and each cell has the title of its column. */
export function dataTable<Row>(table: DataTable<Row>): TemplateResult {
  const { caption, columns, rows, total, empty, more } = table
  if (rows.length === 0) return html`<p class="empty" role="status">${empty}</p>`
  const count = total === undefined ? `${rows.length}` : `${rows.length} of ${total}`
  return html`
    <table>
      <caption>${caption} <span class="count">(${count})</span></caption>
      <thead>
        <tr>
          ${columns.map(
            ({ title, isNumber }) =>
              html`<th scope="col" class=${isNumber ? 'number' : nothing}>${title}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<tr>${columns.map((column) => cellOf(column, row))}</tr>`)}
      </tbody>
    </table>
    ${
      more
        ? html`<p><button type="button" class="more" @click=${more}>Show more</button></p>`
        : nothing
    }
  `
}

function cellOf<Row>({ title, cell, isNumber }: Column<Row>, row: Row): TemplateResult {
  const value = cell(row)
  const shown =
    typeof value === 'object' ? value : html`<bdi>${visibleText(String(value) || '—')}</bdi>`
  return html`<td data-title=${title} class=${isNumber ? 'number' : nothing}>${shown}</td>`
}
