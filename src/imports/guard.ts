/**
 * Spreadsheets run cells that begin like this as formulas, whoever wrote them (OWASP, CSV Injection). An apostrophe before makes them text.
 * `unguarded` takes it away again.
 */
export const guarded = (cell: string): string => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell)
export const unguarded = (cell: string): string => (/^'+[=+\-@\t\r\n＝＋－＠]/.test(cell) ? cell.slice(1) : cell)
