/** Rows as people read them: columns under their names, as wide as their widest value. */
export function table(columns: string[], rows: (string | number | null)[][]): string {
  const lines = [columns, ...rows.map((row) => row.map((value) => printable(value)))]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines.map((line) => line.map((value, column) => value.padEnd(widths[column]!)).join('  ').trimEnd()).join('\n')
}

// What people call themselves may hold control characters, which a terminal would obey.
const printable = (value: string | number | null) => String(value ?? '–').replaceAll(/\p{Cc}/gu, ' ')
