/** Collects the values of a statement that is put together: `$` notes one and gives its placeholder. */
export function parameters() {
  const values: unknown[] = []
  return { values, $: (value: unknown) => `$${values.push(value)}` }
}

export const where = (conditions: string[]) => conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
