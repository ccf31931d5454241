const percents = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
)

/**
 * Percent-encodes everything but letters, digits and `-._~` (RFC 3986), as Signature Version 4 and IAM's documents do.
 * Text that is not well-formed Unicode is encoded with replacement characters.
 */
export function encodeUri(text: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(text)) return text
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const letter = String.fromCharCode(byte)
    encoded += /[A-Za-z0-9\-._~]/.test(letter) ? letter : percents[byte]
  }
  return encoded
}

/** The text that was percent-encoded, or undefined when the encoding is broken. */
export function decodeUri(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
