const BACKOFF_MAX_MS = 60_000

/**
 * How fast messages go out on each channel of this process; other processes have a pace of their own. Messages are spaced evenly where
 * the platform has a limit, and a channel whose platform says "too many" pauses: as long as it asks for, else 2, 4, 8 … to 60 seconds,
 * and up to half as long again by chance, so that not everybody comes back at once. Times are ms since 1970.
 */
export class Pace {
  readonly #nextAt = new Map<string, number>()
  readonly #pausedUntil = new Map<string, number>()
  readonly #refusals = new Map<string, number>()

  /**
   * Ms until a message may go; 0: now.
   * @param hasPlace its place was taken before: only a pause that began since holds it up
   */
  wait(channelId: string, now: number, hasPlace: boolean): number {
    return Math.max(now, this.#pausedUntil.get(channelId) ?? 0, hasPlace ? 0 : (this.#nextAt.get(channelId) ?? 0)) - now
  }

  /** Takes the channel's next place for one message. */
  take(channelId: string, perSecond: number | undefined, now: number): void {
    if (perSecond !== undefined) this.#nextAt.set(channelId, now + this.wait(channelId, now, false) + 1000 / perSecond)
  }

  /** The platform takes no more for the moment. @returns ms until it is asked again */
  refused(channelId: string, retryAfterMs: number | undefined, now: number): number {
    const refusals = (this.#refusals.get(channelId) ?? 0) + 1
    this.#refusals.set(channelId, refusals)
    const pause = (retryAfterMs ?? Math.min(1000 * 2 ** refusals, BACKOFF_MAX_MS)) * (1 + Math.random() / 2)
    this.#pausedUntil.set(channelId, Math.max(now + pause, this.#pausedUntil.get(channelId) ?? 0))
    return pause
  }

  accepted(channelId: string): void {
    this.#refusals.delete(channelId)
  }
}
