import { Buffer } from 'node:buffer'

const word = /=\?([\w-]+)\?([bq])\?([^?]*)\?=/gi

/**
 * Text as a header's value: ASCII as it is, anything else as an encoded word, in quoted printable where most of it is
 * ASCII and in base64 else, as AWS does.
 * @see https://www.rfc-editor.org/rfc/rfc2047
 */
export function encodeWord(text: string): string {
  if (/^[\t\x20-\x7e]*$/.test(text)) return text
  const signs = [...text]
  const isMostlyAscii = signs.filter((sign) => sign <= '\x7f').length > signs.length / 2
  return isMostlyAscii
    ? `=?UTF-8?Q?${quotedPrintable(text)}?=`
    : `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`
}

/** The text that a header's value stands for; what is no encoded word stays. */
export function decodeWords(value: string): string {
  return value.replace(
    word,
    (...[whole = '', charset = '', encoding = '', content = '']: string[]) => {
      if (!/^(utf-8|us-ascii)$/i.test(charset)) return whole
      const bytes =
        encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : fromPrintable(content)
      return bytes.toString('utf8')
    },
  )
}

function quotedPrintable(text: string): string {
  const signs = [...Buffer.from(text, 'utf8')].map((byte) => {
    if (byte === 0x20) return '_'
    const sign = String.fromCharCode(byte)
    if (byte > 0x20 && byte < 0x7f && !'=_?'.includes(sign)) return sign
    return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  })
  return signs.join('')
}

function fromPrintable(text: string): Buffer {
  const latin1 = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(latin1, 'latin1')
}
