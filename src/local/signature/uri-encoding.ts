/**
 * Percent-encodes everything but letters, digits and `-._~` (RFC 3986), as Signature Version 4 and IAM's documents do.
 * Text that is not well-formed Unicode is encoded with replacement characters.
 */
export function encodeUri(text: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(text)) return text
  const encoded = encodeURIComponent(wellFormed(text))
  // JavaScript leaves five more as they are.
  return /[!'()*]/.test(encoded) ? encoded.replace(/[!'()*]/g, encodeLetter) : encoded
}

function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text
}

function encodeLetter(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
}

/** The text that was percent-encoded, or undefined when the encoding is broken. */
export function decodeUri(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
