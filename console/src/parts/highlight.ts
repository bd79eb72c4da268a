/** Letters without accents and case, and one space for all that lies between words. */
const foldLetter = (letter: string) => letter.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
const isInWord = (letter: string) => /[\p{L}\p{N}']/u.test(letter)

interface Folded {
  text: string
  /** Where in the original each letter of `text` comes from. */
  places: number[]
}

function fold(original: string, gap: string): Folded {
  const folded: Folded = { text: '', places: [] }
  let place = 0
  for (const letter of original) {
    const letters = Array.from(foldLetter(letter.replace(/[’‘ʼ`´]/u, "'"))).filter(isInWord).join('') || (/\p{M}/u.test(letter) ? '' : gap)
    if (letters !== ' ' || !folded.text.endsWith(' ')) {
      folded.text += letters
      for (let unit = 0; unit < letters.length; unit++) folded.places.push(place)
    }
    place += letter.length
  }
  return folded
}

/**
 * Where a phrase is in a text, whatever the case, the accents and the signs between words; scripts without spaces too.
 * @returns before, the phrase as it is written, after; undefined if it is not found
 */
export function findPhrase(text: string, phrase: string): [string, string, string] | undefined {
  for (const gap of [' ', '']) {
    const folded = fold(text, gap)
    const wanted = fold(phrase, gap).text.trim()
    const at = wanted === '' ? -1 : folded.text.indexOf(wanted)
    if (at === -1) continue
    const start = folded.places[at]!
    const last = folded.places[at + wanted.length - 1]!
    const end = last + String.fromCodePoint(text.codePointAt(last)!).length
    const marks = /^\p{M}*/u.exec(text.slice(end))![0].length
    return [text.slice(0, start), text.slice(start, end + marks), text.slice(end + marks)]
  }
  return undefined
}
