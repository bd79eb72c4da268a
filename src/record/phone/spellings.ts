/**
 * All numbers of the subscriber a number belongs to, itself first: where one subscriber has two spellings (see `match-key.ts`), platforms
 * use either.
 * @param e164 and the result in E.164
 */
export function spellings(e164: string): string[] {
  const brazil = /^\+55([1-9]\d)9?([6-9]\d{7})$/.exec(e164)
  if (brazil) return both(e164, `+55${brazil[1]}9${brazil[2]}`, `+55${brazil[1]}${brazil[2]}`)
  const mexico = /^\+521?(\d{10})$/.exec(e164)
  if (mexico) return both(e164, `+52${mexico[1]}`, `+521${mexico[1]}`)
  const argentina = /^\+549?(\d{10})$/.exec(e164)
  if (argentina) return both(e164, `+549${argentina[1]}`, `+54${argentina[1]}`)
  return [e164]
}

const both = (itself: string, one: string, other: string): string[] => (itself === one ? [one, other] : [other, one])
