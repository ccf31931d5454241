import { bitsOf, codewordsOf, type QrVersion, versionFor } from './qr-codewords.ts'

/** Rows of modules, true where dark. */
export type QrCode = readonly (readonly boolean[])[]

/**
 * A QR code of bytes, as ISO/IEC 18004 has it; undefined where they are too many for one.
 * It is the mask that is penalized least, as readers expect.
 */
export function drawQrCode(bytes: Uint8Array): QrCode | undefined {
  const version = versionFor(bytes.length)
  if (version === undefined) return undefined
  const codewords = codewordsOf(bytes, version)
  const codes = masks.map((_, mask) => drawMasked(version, codewords, mask))
  const penalties = codes.map(penaltyOf)
  return codes[penalties.indexOf(Math.min(...penalties))]
}

/** What a module is: undefined where codewords may stand. */
type Grid = (boolean | undefined)[][]

function drawMasked(version: QrVersion, codewords: Uint8Array, mask: number): QrCode {
  const grid = drawPatterns(version, mask)
  const bits = [...codewords].flatMap((codeword) => bitsOf(codeword, 8))
  const isMasked = masks[mask] ?? (() => false)
  let at = 0
  for (const [row, column] of free(grid)) {
    set(grid, [row, column], ((bits[at] ?? 0) === 1) !== isMasked(row, column))
    at += 1
  }
  return grid.map((row) => row.map((module) => module === true))
}

type Place = readonly [row: number, column: number]

/** The free places in the order of the codewords' bits: by pairs of columns from the right, up and down in turn. */
function free(grid: Grid): readonly Place[] {
  const side = grid.length
  const places: Place[] = []
  let isUpward = true
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1
    for (let step = 0; step < side; step += 1) {
      const row = isUpward ? side - 1 - step : step
      for (const column of [right, right - 1]) {
        if (grid[row]?.[column] === undefined) places.push([row, column])
      }
    }
    isUpward = !isUpward
  }
  return places
}

function set(grid: Grid, [row, column]: Place, isDark: boolean): void {
  const modules = grid[row]
  if (modules !== undefined && column >= 0 && column < grid.length) modules[column] = isDark
}

/** What a reader finds its way by, and what it must know before it reads. */
function drawPatterns({ number }: QrVersion, mask: number): Grid {
  const side = 17 + 4 * number
  const grid: Grid = Array.from({ length: side }, () => Array(side).fill(undefined))
  for (let at = 0; at < side; at += 1) {
    set(grid, [6, at], at % 2 === 0)
    set(grid, [at, 6], at % 2 === 0)
  }
  const last = side - 4
  for (const middle of [
    [3, 3],
    [3, last],
    [last, 3],
  ] as const)
    drawRings(grid, middle, 4)
  for (const middle of alignments(number)) drawRings(grid, middle, 2)
  drawFormat(grid, mask)
  if (number >= 7) drawVersion(grid, number)
  return grid
}

/** Squares within squares; of a finder, whose outermost is light, what is outside the code is left out. */
function drawRings(grid: Grid, [row, column]: Place, size: 2 | 4): void {
  for (let down = -size; down <= size; down += 1) {
    for (let across = -size; across <= size; across += 1) {
      const distance = Math.max(Math.abs(down), Math.abs(across))
      const isDark = size === 4 ? distance !== 2 && distance !== 4 : distance !== 1
      set(grid, [row + down, column + across], isDark)
    }
  }
}

function alignments(version: number): readonly Place[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const last = 4 * version + 10
  // The distances are even, and alike but for the first, which takes what is left.
  const step = version === 32 ? 26 : Math.ceil((last - 6) / (2 * count - 2)) * 2
  const lines = [6, ...Array.from({ length: count - 1 }, (_, at) => last - step * (count - 2 - at))]
  const ends = [`6 6`, `6 ${last}`, `${last} 6`]
  return lines
    .flatMap((row) => lines.map((column): Place => [row, column]))
    .filter((place) => !ends.includes(place.join(' ')))
}

/** The level of correction and the mask, twice. */
function drawFormat(grid: Grid, mask: number): void {
  const side = grid.length
  const lowestLevel = 0b01
  const data = (lowestLevel << 3) | mask
  const bits = bitsOf(((data << 10) | checkOf(data, 0b10100110111)) ^ 0b101010000010010, 15)
  const along = [0, 1, 2, 3, 4, 5, 7, 8]
  for (const [index, bit] of bits.entries()) {
    const isDark = bit === 1
    const near: Place = index < 8 ? [8, along[index] ?? 0] : [along[14 - index] ?? 0, 8]
    const far: Place = index < 7 ? [side - 1 - index, 8] : [8, side - 15 + index]
    set(grid, near, isDark)
    set(grid, far, isDark)
  }
  set(grid, [side - 8, 8], true)
}

function drawVersion(grid: Grid, version: number): void {
  const side = grid.length
  const bits = bitsOf((version << 12) | checkOf(version, 0b1111100100101), 18).toReversed()
  for (const [index, bit] of bits.entries()) {
    const across = side - 11 + (index % 3)
    const down = Math.floor(index / 3)
    set(grid, [down, across], bit === 1)
    set(grid, [across, down], bit === 1)
  }
}

/** The rest of a division of polynomials over one bit. */
function checkOf(data: number, divisor: number): number {
  const degree = 31 - Math.clz32(divisor)
  let rest = data << degree
  while (31 - Math.clz32(rest) >= degree) rest ^= divisor << (31 - Math.clz32(rest) - degree)
  return rest
}

const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
]

/** How hard a code is to read: long runs, blocks of one colour, what looks like a finder, and too much of one colour. */
function penaltyOf(code: QrCode): number {
  const columns = code.map((_, at) => code.map((row) => row[at] === true))
  const lines = [...code, ...columns].map((line) => line.map((one) => (one ? '1' : '0')).join(''))
  const ofLines = lines.reduce((sum, line) => sum + runs(line) + 40 * finders(line), 0)
  const dark = code.flat().filter(Boolean).length
  const share = (100 * dark) / code.length ** 2
  return ofLines + 3 * squares(code) + 10 * Math.floor(Math.abs(share - 50) / 5)
}

function runs(line: string): number {
  return [...line.matchAll(/0{5,}|1{5,}/g)].reduce((sum, [run]) => sum + run.length - 2, 0)
}

function finders(line: string): number {
  return [...line.matchAll(/(?=00001011101|10111010000)/g)].length
}

function squares(code: QrCode): number {
  let count = 0
  for (const [row, modules] of code.slice(0, -1).entries()) {
    for (const [column, module] of modules.slice(0, -1).entries()) {
      const others = [modules[column + 1], code[row + 1]?.[column], code[row + 1]?.[column + 1]]
      if (others.every((other) => other === module)) count += 1
    }
  }
  return count
}
