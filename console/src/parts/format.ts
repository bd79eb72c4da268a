import { useSyncExternalStore } from 'react'

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })
const dayLong = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

export const formatDateTime = (iso: string) => dateTime.format(new Date(iso))
export const formatExact = (iso: string) => exact.format(new Date(iso))
export const formatDay = (iso: string) => dayLong.format(new Date(iso))
export const formatClock = (iso: string) => clock.format(new Date(iso))
export const formatCount = (count: number) => count.toLocaleString('en')

const units = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
] as const

/** "now", "5 min. ago", "yesterday"; the date itself after a week. */
export function formatRelative(iso: string, nowMs: number): string {
  const seconds = Math.round((new Date(iso).getTime() - nowMs) / 1000)
  const age = Math.abs(seconds)
  if (age < 45) return 'just now'
  if (age > 7 * 86_400) return day.format(new Date(iso))
  const [unit, size] = units.findLast(([, size]) => age >= size * 0.75) ?? units[0]
  return relative.format(Math.round(seconds / size), unit)
}

const durations = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const

/** 45 → `45 s`, 150 → `3 min`, 5400 → `1 h 30 min`: two units at most, and no seconds beside minutes. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  let left = Math.round(seconds / 60) * 60
  const parts: string[] = []
  for (const [unit, size] of durations) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`)
  }
  return parts.join(' ')
}

let now = Date.now()
/** The time in milliseconds, renewed twice a minute for everything that shows relative times. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToClock, () => now)
}

function subscribeToClock(onTick: () => void) {
  const timer = setInterval(() => {
    now = Date.now()
    onTick()
  }, 30_000)
  return () => clearInterval(timer)
}

/** `isoCountryCode` → `Iso country code`. */
export function humanise(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Up to two letters of a name in any script; the last two digits of a number. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{M}]+/gu)
  if (!words) return name.match(/\d/g)?.slice(-2).join('') ?? '#'
  return words.length === 1 ? firstLetter(words[0]!) : firstLetter(words[0]!) + firstLetter(words.at(-1)!)
}

const firstLetter = (word: string) => Array.from(word)[0]!.toLocaleUpperCase()

/** What `<input type="datetime-local">` holds, in the reader's own time zone. */
export const toIso = (local: string) => new Date(local).toISOString()

export const localNow = () => toLocal(new Date().toISOString())

/** The reverse of `toIso`, to the minute. */
export function toLocal(iso: string): string {
  const time = new Date(iso)
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Nobody can guess it. `crypto.randomUUID` is missing on pages that are not served over HTTPS. */
export const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** What the attribute `lang` takes; `general` and the like are no languages. */
export const langOf = (language: string | null) => (language && /^[a-z]{2,3}(-[a-z\d]+)*$/i.test(language) ? language : undefined)

function nameIn(kind: 'language' | 'region', code: string): string {
  try {
    return `${new Intl.DisplayNames('en', { type: kind }).of(code) ?? code} (${code})`
  } catch {
    return code
  }
}
/** `pt-BR` → `Brazilian Portuguese (pt-BR)`. */
export const languageName = (code: string) => nameIn('language', code)
/** `IT` → `Italy (IT)`. */
export const countryName = (code: string) => nameIn('region', code)
