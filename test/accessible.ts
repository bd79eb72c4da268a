import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

interface AxePage {
  document: { getAnimations(): { finished: Promise<unknown>; effect: { getComputedTiming(): { endTime: number } } }[] }
  axe: { run(root: unknown, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
}

/**
 * WCAG 2 A and AA, as axe-core understands them. axe is injected past the page's content security policy. What fades in or
 * out is waited for: half faded, nothing has enough contrast.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const { axe, document } = globalThis as unknown as AxePage
    const ending = () => document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    for (let some = ending(); some.length > 0; some = ending()) await Promise.allSettled(some.map(({ finished }) => finished))
    return (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] })).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
  expect(violations).toEqual([])
}
