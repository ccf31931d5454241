/** An address or a range: the words of its address, 16 bits each (2 for IPv4, 8 for IPv6), and how many bits count. */
export interface IpRange {
  readonly words: readonly number[]
  readonly prefixBits: number
}

/** Reads `203.0.113.9`, `203.0.113.0/24`, `2001:db8::1` or `2001:db8::/32`; undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/')
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (words === undefined) return undefined
  const bits = words.length * 16
  if (slash < 0) return { words, prefixBits: bits }
  const length = text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined
  return { words, prefixBits: Number(length) }
}

/**
 * The address that `text` is, without a prefix length; undefined for anything else, and for an IPv4 address
 * in the clothes of IPv6 (`::ffff:203.0.113.9`), which ranges of both families could mean.
 */
export function parseIpAddress(text: string): IpRange | undefined {
  const address = text.includes('/') ? undefined : parseIpRange(text)
  return address === undefined || isMappedV4(address.words) ? undefined : address
}

function isMappedV4(words: readonly number[]): boolean {
  return words.length === 8 && words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0)
}

/** Whether `address` lies in `range`; an IPv4 address is in no IPv6 range, nor the reverse. */
export function isInRange(address: IpRange, range: IpRange): boolean {
  if (address.words.length !== range.words.length || address.prefixBits < range.prefixBits)
    return false
  let bits = range.prefixBits
  for (let i = 0; bits > 0; i++) {
    const mask = bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff
    if (((address.words[i] ?? 0) & mask) !== ((range.words[i] ?? 0) & mask)) return false
    bits -= 16
  }
  return true
}

function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

// By character, since this runs for every request that a source address guards.
function parseV4(text: string): readonly number[] | undefined {
  let address = 0
  let parts = 0
  let part = -1
  for (let i = 0; i <= text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit >= 0 && digit <= 9) {
      if (part === 0) return undefined
      part = (part < 0 ? 0 : part) * 10 + digit
      if (part > 255) return undefined
    } else {
      if (part < 0 || (i < text.length && digit !== dot)) return undefined
      address = address * 256 + part
      parts += 1
      part = -1
    }
  }
  return parts === 4 ? [Math.floor(address / 65_536), address % 65_536] : undefined
}

/** `.` less `0`. */
const dot = -2

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseWords(halves[0] ?? '')
  const tail = parseWords(halves[1] ?? '')
  if (head === undefined || tail === undefined) return undefined
  if (halves.length === 1) return head.length === 8 ? head : undefined
  if (head.length + tail.length > 7 || (halves[0] ?? '').includes('.')) return undefined
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

// An IPv4 address may stand for the last two words.
function parseWords(text: string): readonly number[] | undefined {
  if (text === '') return []
  const words: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16))
    else {
      const v4 = i === parts.length - 1 ? parseV4(part) : undefined
      if (v4 === undefined) return undefined
      words.push(...v4)
    }
  }
  return words
}
