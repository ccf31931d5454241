// Rows are `{ name, unit, minimum, median, maximum, ratio: { [to]: number }, also: { [what]: text }, target? }`.

/** One benchmark's rows as lines of text. */
export function renderTable(title, rows) {
  const cells = rows.map((row) => [
    row.name,
    number(row.minimum),
    number(row.median),
    number(row.maximum),
    row.unit,
    renderNotes(row),
  ])
  const head = ['', 'min', 'median', 'max', '', 'ratios']
  const widths = head.map((text, i) => Math.max(text.length, ...cells.map((row) => row[i].length)))
  const line = (row) =>
    row
      .map((text, i) => (i >= 1 && i <= 3 ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd()
  return [title, line(head), ...cells.map(line), '']
}

function renderNotes({ ratio, also = {}, target }) {
  const ratios = Object.entries(ratio).map(([to, value]) => `${number(value)} × ${to}`)
  const others = Object.entries(also).map(([what, text]) => `${what} ${text}`)
  return [...ratios, ...others, ...(target === undefined ? [] : [`(aim: ${target})`])].join(', ')
}

/** Three significant digits, thousands apart. */
export function number(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}
