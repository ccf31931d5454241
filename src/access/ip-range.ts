import { isIPv4, isIPv6 } from 'node:net'

/** An address range as a condition on `aws:SourceIp` takes it. */
export interface IpRange {
  /** The range as IAM reads it: with the bits below the prefix cleared. */
  readonly canonical: string
  readonly prefixLength: number
  /** True where no caller from the public internet has such an address. */
  readonly isPrivate: boolean
}

/** Parses an IPv4 or IPv6 address or CIDR range, or answers undefined. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = addressBits(address)
  if (bits === undefined || rest.length > 0) return undefined
  if (prefix !== undefined && !/^(?:0|[1-9][0-9]{0,2})$/.test(prefix)) return undefined
  const prefixLength = prefix === undefined ? bits.length : Number(prefix)
  if (prefixLength > bits.length) return undefined
  const isSingle = prefix === undefined
  const canonical = isWithinPrefix(bits, prefixLength)
    ? text
    : `${renderBits(bits.slice(0, prefixLength).padEnd(bits.length, '0'))}/${prefixLength}`
  return {
    canonical: isSingle ? text : canonical,
    prefixLength,
    isPrivate: privateRanges.some((range) => bits.slice(0, prefixLength).startsWith(range)),
  }
}

/** Leading bits of the ranges that never appear as a source on the public internet. */
const privateRanges = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
].map(([address, length]) => (addressBits(String(address)) ?? '').slice(0, Number(length)))

function isWithinPrefix(bits: string, prefixLength: number): boolean {
  return !bits.slice(prefixLength).includes('1')
}

function addressBits(address: string): string | undefined {
  if (isIPv4(address))
    return address
      .split('.')
      .map((part) => toBits(Number(part), 8))
      .join('')
  if (!isIPv6(address) || address.includes('%') || address.includes('.')) return undefined
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after]
    .map((part) => toBits(Number.parseInt(part, 16), 16))
    .join('')
}

function toBits(value: number, width: number): string {
  return value.toString(2).padStart(width, '0')
}

function renderBits(bits: string): string {
  const width = bits.length === 32 ? 8 : 16
  const parts = Array.from({ length: bits.length / width }, (_, index) =>
    Number.parseInt(bits.slice(index * width, (index + 1) * width), 2),
  )
  if (width === 8) return parts.join('.')
  return parts
    .map((part) => part.toString(16))
    .join(':')
    .replace(/(?:^|:)0(?::0)+$/, '::')
}
