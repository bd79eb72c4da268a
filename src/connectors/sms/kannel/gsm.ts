/** The GSM 7-bit alphabet and its extension, 3GPP TS 23.038. */
const ALPHABET = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?'
  + '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€')

/** Can the text be sent with seven bits a character? Whatever else it has would arrive as question marks. */
export const isGsm = (text: string): boolean => Array.from(text).every(character => ALPHABET.has(character))
