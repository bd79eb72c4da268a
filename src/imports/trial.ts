import type { ImportOutcome, ImportTrial } from '../contract/imports.ts'
import type { RowOutcome } from '../record/imports/row.ts'

const SAMPLES = 20
const REASONS = 200

/** Counts what becomes of rows, in constant memory. */
export class Tally {
  readonly #counts: Record<ImportOutcome, number> = { created: 0, changed: 0, unchanged: 0, rejected: 0 }
  readonly #samples: ImportTrial['samples'] = { created: [], changed: [], unchanged: [] }
  readonly #reasons = new Map<string, ImportTrial['reasons'][number]>()

  add(rows: RowOutcome[]): void {
    for (const { number, given, outcome, column, reason } of rows) {
      this.#counts[outcome]++
      const sample = { row: number, given, reason }
      if (outcome !== 'rejected' && this.#samples[outcome].length < SAMPLES) this.#samples[outcome].push(sample)
      if (reason !== null) this.#reason(outcome, column, reason, sample)
    }
  }

  /** What stands between quotation marks differs from row to row. */
  #reason(outcome: ImportOutcome, column: string | null, reason: string, sample: ImportTrial['reasons'][number]['rows'][number]): void {
    const general = reason.replaceAll(/“[^”]*”/g, '…')
    const key = `${outcome} ${column} ${general}`
    const known = this.#reasons.get(key)
    if (!known && this.#reasons.size >= REASONS) return
    const entry = known ?? { outcome, column, reason: general, count: 0, rows: [] }
    entry.count++
    if (entry.rows.length < SAMPLES) entry.rows.push(sample)
    this.#reasons.set(key, entry)
  }

  get result(): ImportTrial {
    const { created, changed, unchanged, rejected } = this.#counts
    return {
      rows: created + changed + unchanged + rejected, created, matched: changed + unchanged, changed, unchanged, rejected,
      reasons: [...this.#reasons.values()].toSorted((a, b) => b.count - a.count), samples: this.#samples,
    }
  }
}
