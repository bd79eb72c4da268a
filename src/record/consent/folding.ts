// What Unicode does not take for a mark: strokes, and two endings that are written either way in Arabic.
const alike: Record<string, string> = { ł: 'l', ø: 'o', đ: 'd', 'ة': 'ه', 'ى': 'ي' }

export const ascii = /^[\0-\x7F]*$/

/**
 * Brings text that reads the same to the same letters: without width, case (Turkish dots and ß too), accents, Arabic vowel and hamza
 * marks, and what is invisible. The marks that make another letter in Japanese, Korean and Hindi stay.
 */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase() // most texts, and nothing else to do with them
  // Down first: the capital ẞ is its own upper case, and only the small one becomes SS.
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFD')
    .replaceAll(/[\u{300}-\u{36F}]|[\u{64B}-\u{65F}\u{670}\u{640}]|[\u{FE00}-\u{FE0F}\u{20E3}]|\p{Cf}/gu, '')
    .normalize('NFC').replaceAll(/[łøđةى]/g, letter => alike[letter]!)
}
