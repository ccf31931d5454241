/** What a code of a version holds: error correction of the lowest level, from which 7 % of it can be restored. */
export interface QrVersion {
  /** From 1 to 40; a code has 17 modules and four for each version to a side. */
  readonly number: number
  readonly blocks: number
  readonly correctionPerBlock: number
  /** Data and correction. */
  readonly codewords: number
}

/** By version: the codewords of correction in each block. */
const correctionPerBlock = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
  28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
]
const blocks = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15,
  16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
]

const versions: readonly QrVersion[] = blocks.map((count, index) => ({
  number: index + 1,
  blocks: count,
  correctionPerBlock: correctionPerBlock[index] ?? 0,
  codewords: Math.floor(freeModules(index + 1) / 8),
}))

/** The modules that hold codewords: all but the patterns that a reader finds its way by. */
function freeModules(version: number): number {
  const side = 17 + 4 * version
  const finders = 3 * 64 + 31
  const timing = 2 * (side - 16)
  if (version === 1) return side * side - finders - timing
  const perSide = Math.floor(version / 7) + 2
  const alignment = 25 * (perSide * perSide - 3) - 10 * (perSide - 2)
  const versionInformation = version < 7 ? 0 : 36
  return side * side - finders - timing - alignment - versionInformation
}

/** The smallest version that holds so many bytes; undefined when none does. */
export function versionFor(bytes: number): QrVersion | undefined {
  return versions.find((version) => headerBits(version) + 8 * bytes <= 8 * dataCodewords(version))
}

function headerBits(version: QrVersion): number {
  return 4 + countBits(version)
}

function countBits({ number }: QrVersion): number {
  return number < 10 ? 8 : 16
}

function dataCodewords({ codewords, blocks: count, correctionPerBlock: each }: QrVersion): number {
  return codewords - count * each
}

/** The codewords of bytes in the order in which they stand in a code. */
export function codewordsOf(bytes: Uint8Array, version: QrVersion): Uint8Array {
  const data = withPadding(bytes, version)
  const { blocks: count, correctionPerBlock: each } = version
  const shortSize = Math.floor(data.length / count)
  const shortCount = count - (data.length % count)
  const generator = generatorOf(each)
  const parts = Array.from({ length: count }, (_, index) => {
    const from = index * shortSize + Math.max(0, index - shortCount)
    return data.subarray(from, from + shortSize + (index < shortCount ? 0 : 1))
  })
  const corrections = parts.map((part) => remainder(part, generator))
  return Uint8Array.from([...interleave(parts), ...interleave(corrections)])
}

/** The mode for bytes, how many there are, the bytes, and what fills the rest up. */
function withPadding(bytes: Uint8Array, version: QrVersion): Uint8Array {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, countBits(version))]
  for (const byte of bytes) bits.push(...bitsOf(byte, 8))
  const size = dataCodewords(version)
  const end = Math.min(4, 8 * size - bits.length)
  bits.push(...bitsOf(0, end))
  bits.push(...bitsOf(0, (8 - (bits.length % 8)) % 8))
  const used = bits.length / 8
  return Uint8Array.from({ length: size }, (_, index) => {
    if (index >= used) return (index - used) % 2 === 0 ? 0xec : 0x11
    return bits.slice(8 * index, 8 * index + 8).reduce((byte, bit) => byte * 2 + bit, 0)
  })
}

/** The last `count` bits of a number, the highest first. */
export function bitsOf(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => (value >>> (count - 1 - index)) & 1)
}

function interleave(parts: readonly Uint8Array[]): readonly number[] {
  const longest = Math.max(...parts.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) =>
    parts.flatMap((part) => (at < part.length ? [part[at] ?? 0] : [])),
  ).flat()
}

/** A product in the field of 256 elements over x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> bit) & 1) * a
  }
  return product
}

/** The coefficients of (x - 1)(x - 2)(x - 4)…, without the leading one. */
function generatorOf(degree: number): readonly number[] {
  let coefficients: readonly number[] = [...Array(degree - 1).fill(0), 1]
  let root = 1
  for (let index = 0; index < degree; index += 1) {
    const factor = root
    coefficients = coefficients.map(
      (one, at) => multiply(one, factor) ^ (coefficients[at + 1] ?? 0),
    )
    root = multiply(root, 2)
  }
  return coefficients
}

function remainder(data: Uint8Array, generator: readonly number[]): Uint8Array {
  const rest: number[] = generator.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ (rest.shift() ?? 0)
    rest.push(0)
    generator.forEach((coefficient, at) => {
      rest[at] = (rest[at] ?? 0) ^ multiply(coefficient, factor)
    })
  }
  return Uint8Array.from(rest)
}
