const dayMs = 86_400_000
const startOfDay = (ms: number) => Math.floor(ms / dayMs) * dayMs

/**
 * Business days from one time until another: Monday to Friday in UTC, as the due dates are counted.
 * @returns 0 on the day itself, less than 0 once the time is over
 */
export function businessDaysLeft(now: number, dueAt: number): number {
  if (dueAt <= now) return -1
  let left = 0
  for (let day = startOfDay(now) + dayMs; day <= dueAt; day += dayMs) {
    const weekday = new Date(day).getUTCDay()
    if (weekday !== 0 && weekday !== 6) left++
  }
  return left
}

export function daysLeftWords(left: number): string {
  if (left < 0) return 'Overdue'
  if (left === 0) return 'Due today'
  return left === 1 ? '1 business day left' : `${left} business days left`
}
