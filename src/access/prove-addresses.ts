/** An address inside the first of these ranges, such as `203.0.113.0/24`; undefined when there are none. */
export function firstAddress(ranges: readonly string[]): string | undefined {
  return ranges[0]?.split('/')[0]
}

/** An IPv4 address outside all of these ranges; undefined when they leave none. IPv6 ranges hold no IPv4 address. */
export function addressOutside(ranges: readonly string[]): string | undefined {
  const taken = ranges.flatMap((range) => ipv4Range(range) ?? [])
  const edges = taken.flatMap(({ first, last }) => [first - 1, last + 1])
  const outside = [documentationAddress, ...edges].find(
    (address) =>
      address >= 0 &&
      address <= 0xffffffff &&
      !taken.some(({ first, last }) => address >= first && address <= last),
  )
  return outside === undefined ? undefined : renderIpv4(outside)
}

/** 192.0.2.1, of a network that is only for examples. */
const documentationAddress = 0xc0000201

interface AddressRange {
  readonly first: number
  readonly last: number
}

function ipv4Range(text: string): AddressRange | undefined {
  const [address = '', bits = '32'] = text.split('/')
  const bytes = address.split('.').map(Number)
  if (bytes.length !== 4) return undefined
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const size = 2 ** (32 - Number(bits))
  const first = Math.floor(value / size) * size
  return { first, last: first + size - 1 }
}

function renderIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}
