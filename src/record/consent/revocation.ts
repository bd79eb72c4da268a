import { ascii, fold } from './folding.ts'
import { revocationPhrases } from './revocation-phrases.ts'

const maxLength = 1000

/**
 * What in a free text reads like a revocation of consent, in folded letters (`stop texting me`), with the language of the phrase; only the
 * first 1,000 characters are read. It is made to flag a text for somebody to look at, not to decide: US law lets people revoke "in any
 * reasonable manner" (47 CFR 64.1200(a)(10)).
 */
export function readsLikeRevocation(text: string): { phrase: string; language: string } | undefined {
  const folded = fold(text.slice(0, maxLength)).slice(0, maxLength)
  const isAscii = ascii.test(folded)
  const sentences = isAscii ? asciiSentencesOf(folded) : sentencesOf(folded)
  const unspaced = isAscii ? '' : sentences.replaceAll(' ', '') // no language written without spaces has ASCII letters alone
  for (const { language, spaced, phrases, not } of languages) {
    const read = spaced ? sentences : unspaced
    const phrase = phrases.test(read) && phrases.exec(read.replaceAll(not, '#'))?.[0].replaceAll('.', '').trim()
    if (phrase) return { phrase, language }
  }
  return undefined
}

/**
 * The end of the ten business days within which a revocation has to be honoured (47 CFR 64.1200(a)(10)), at the same time of day. Counted
 * Monday to Friday in UTC. Holidays are not known and count as business days, so this is never too late, and at times early.
 */
export function tenBusinessDaysAfter(date: Date): Date {
  const due = new Date(date)
  for (let days = 0; days < 10;) {
    due.setUTCDate(due.getUTCDate() + 1)
    if (due.getUTCDay() !== 0 && due.getUTCDay() !== 6) days++
  }
  return due
}

/** Folded words with one space around each, and ` . ` where a sentence begins or ends. */
export function sentencesOf(folded: string): string {
  const words = folded.replaceAll(/[’‘ʼ`´](?=\p{L})(?<=\p{L}.)/gu, "'")
    .replaceAll(/(?:[^\p{L}\p{N}\p{M}' ]|'(?!\p{L})|'(?<!\p{L}'))+/gu, gap => (/[.!?;:\n。！？।؟…|]/.test(gap) ? ' . ' : ' '))
  return ` . ${words} . `.replaceAll(/ {2,}/g, ' ').replaceAll(/(?: \.){2,}/g, ' .')
}

// What an ASCII sign is to a text, by its code; all others are gaps between words.
const [letter, end, apostrophe] = [1, 2, 3]
const kinds = new Uint8Array(128)
for (const sign of 'abcdefghijklmnopqrstuvwxyz0123456789') kinds[sign.charCodeAt(0)] = letter
for (const sign of '.!?;:\n|') kinds[sign.charCodeAt(0)] = end
for (const sign of "'`") kinds[sign.charCodeAt(0)] = apostrophe
const isLetter = (code: number) => code >= 0x61 && code <= 0x7A
const [space, stop, quote] = [0x20, 0x2E, 0x27]
// Every sign becomes two at most: a word of one letter with its space.
const written = Buffer.alloc(2 * maxLength + 6)

/** What `sentencesOf` makes of a text of ASCII letters, several times as fast: most messages are, and every one is read. */
export function asciiSentencesOf(folded: string): string {
  let length = written.write(' .')
  let inWord = false
  let ended = true
  for (let i = 0; i < folded.length; i++) {
    const code = folded.charCodeAt(i)
    const kind = kinds[code]
    if (kind === letter || (kind === apostrophe && isLetter(folded.charCodeAt(i - 1)) && isLetter(folded.charCodeAt(i + 1)))) {
      if (!inWord) written[length++] = space
      written[length++] = kind === letter ? code : quote
      inWord = true
      ended = false
    } else {
      if (kind === end && !ended) {
        written[length++] = space
        written[length++] = stop
        ended = true
      }
      inWord = false
    }
  }
  if (!ended) length += written.write(' .', length)
  return `${written.toString('latin1', 0, length)} `
}

const languages = revocationPhrases.map(({ language, spaced, phrases, not }) => ({
  language, spaced,
  // The space before is part of the phrase: looked behind for, it would be looked for at every letter.
  phrases: new RegExp(spaced ? ` (?:${sourceOf(phrases, spaced)})(?= )` : sourceOf(phrases, spaced), 'u'),
  not: new RegExp(spaced ? `(?<= )(?:${sourceOf(not, spaced)})(?= )` : sourceOf(not, spaced), 'gu'),
}))

/** Repetitions are all bounded, so the time is linear in the length of the text. See `RevocationPhrases` for what the signs mean. */
function sourceOf(phrases: string[], spaced: boolean): string {
  return fold(phrases.join('|'))
    .replaceAll('(', '(?:').replaceAll('.', String.raw`\.`)
    .replaceAll('~', spaced ? '(?:[^ .#]{1,30} ){0,3}' : '[^.#]{0,10}').replaceAll('*', String.raw`[\p{L}\p{M}]{0,12}`)
}
