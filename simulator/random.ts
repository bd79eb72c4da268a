/** Chance that repeats itself: the same seed, the same numbers (mulberry32). Never for secrets. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 up to, and without, `below`. */
  int(below: number): number {
    return Math.floor(this.next() * below)
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list.map(item => ({ item, place: this.next() })).toSorted((a, b) => a.place - b.place).map(({ item }) => item)
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.int(16).toString(16)).join('')
  }

  /** `pattern` with a digit for every `#`. */
  digits(pattern: string): string {
    return pattern.replaceAll('#', () => String(this.int(10)))
  }
}
