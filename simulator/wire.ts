// How platforms write what acts name in 32 hexadecimal digits.

export const uuidOf = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
/** A number of up to 32 bits. */
export const numberOf = (hex: string): number => Number.parseInt(hex.slice(0, 8), 16)
/** In seconds. */
export const epoch = (date: Date): number => Math.floor(date.getTime() / 1000)
