import { useQuery } from '@tanstack/react-query'
import { purposesQuery } from '../api/queries.ts'

/** @returns a function from the key of a purpose to its label. */
export function usePurposeName(): (key: string) => string {
  const { data } = useQuery(purposesQuery)
  return (key) => (key === 'all' ? 'All purposes' : (data?.find((purpose) => purpose.key === key)?.label ?? key))
}
