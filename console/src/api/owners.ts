import { useQuery } from '@tanstack/react-query'
import { meQuery, operatorsQuery } from './queries.ts'

/** Who can serve sessions, as far as the signed-in operator may know: whoever may not see the operators knows themselves. */
export function useOwners(): { id: string; name: string }[] {
  const { data: me } = useQuery(meQuery)
  const { data: operators } = useQuery(operatorsQuery)
  return operators ?? (me ? [me] : [])
}
