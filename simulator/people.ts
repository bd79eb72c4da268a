import { languages } from './languages.ts'
import type { Person } from './platform.ts'
import type { Random } from './random.ts'

interface Country {
  country: string
  language: string
  /** How its mobile numbers look. */
  numbers: string[]
  /** Are these kept free for stories, by the country's regulator, so that nobody can have one? */
  isFiction?: true
}

const countries: Country[] = [
  // North American Numbering Plan: 555-0100 to 555-0199.
  { country: 'US', language: 'en', isFiction: true, numbers: ['202', '212', '305', '312', '415', '512', '617'].map(area => `+1${area}55501##`) },
  { country: 'US', language: 'es', isFiction: true, numbers: ['+178655501##', '+191555501##'] },
  { country: 'CA', language: 'fr', isFiction: true, numbers: ['+151455501##', '+141855501##'] },
  // Ofcom, ARCEP and Bundesnetzagentur have ranges for television and films.
  { country: 'GB', language: 'en', isFiction: true, numbers: ['+447700900###'] },
  { country: 'FR', language: 'fr', isFiction: true, numbers: ['+3363998####'] },
  { country: 'DE', language: 'de', isFiction: true, numbers: ['+4917139200##', '+49176040690##'] },
  { country: 'ES', language: 'es', numbers: ['+346########'] },
  { country: 'MX', language: 'es', numbers: ['+5255########'] },
  { country: 'CO', language: 'es', numbers: ['+57310#######'] },
  { country: 'BR', language: 'pt', numbers: ['+55119########', '+55219########'] },
  { country: 'PT', language: 'pt', numbers: ['+35191#######'] },
  { country: 'IT', language: 'it', numbers: ['+39347#######'] },
  { country: 'PL', language: 'pl', numbers: ['+48512######'] },
  { country: 'TR', language: 'tr', numbers: ['+90532#######'] },
  { country: 'EG', language: 'ar', numbers: ['+2010########'] },
  { country: 'SA', language: 'ar', numbers: ['+96655#######'] },
  { country: 'IN', language: 'hi', numbers: ['+9198########'] },
  { country: 'IN', language: 'en', numbers: ['+9199########'] },
  { country: 'NG', language: 'en', numbers: ['+234803#######'] },
  { country: 'JP', language: 'ja', numbers: ['+8190########'] },
  { country: 'CN', language: 'zh', numbers: ['+86138########'] },
  { country: 'KR', language: 'ko', numbers: ['+8210########'] },
]

/**
 * Invented people, from all countries alike, each with a number of their own.
 * @param fictionOnly only with numbers that nobody can have: for channels that can reach the real platform
 */
export function inventPeople(random: Random, count: number, fictionOnly: boolean): Person[] {
  const chosen = random.shuffled(countries.filter(({ isFiction }) => isFiction || !fictionOnly))
  const numbers = new Set<string>()
  return Array.from({ length: count }, (_, number) => {
    const { country, language, numbers: patterns } = chosen[number % chosen.length]!
    let phone = random.digits(random.pick(patterns))
    // Of the numbers for stories there are few: who comes late shares one.
    for (let tries = 0; numbers.has(phone) && tries < 50; tries++) phone = random.digits(random.pick(patterns))
    numbers.add(phone)
    const id = random.hex(32)
    const [digits, name] = [random.digits('7################'), inventName(random, language)]
    return { number, id, digits, name, handle: `guest.${id.slice(0, 10)}`, phone, country, language }
  })
}

/** A name as people of that language write it; some as they like it. */
export function inventName(random: Random, language: string): string {
  const { given, family, familyFirst } = languages[language]!
  const [first, last] = [random.pick(given), random.pick(family)]
  if (random.chance(0.08)) return `${first} ${random.pick(['🌻', '🦋', '✨', '🇮🇹', '👩🏽‍🍳', 'ツ'])}`
  if (random.chance(0.08)) return first
  return familyFirst ? last + first : `${first} ${last}`
}
