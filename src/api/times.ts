/**
 * SQL for a time as text, `2026-01-02 03:04:05.678` without zeros at its end. Where a page has thousands of times, reading each as a `Date`, to
 * write it again, makes it take a third longer.
 */
export const timeText = (column: string) => `((${column}) at time zone 'UTC')::text`

/** A time of `timeText` as the API writes it: to the millisecond, what is below is left out. */
export const isoTime = (text: string): string => `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, 23).padEnd(3, '0')}Z`
