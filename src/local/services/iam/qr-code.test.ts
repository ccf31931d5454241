import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { drawQrCode } from './qr-code.ts'
import { versionFor } from './qr-codewords.ts'

const rowsOf = (text: string) =>
  drawQrCode(Buffer.from(text))?.map((row) => row.map((one) => (one ? '#' : '.')).join(''))

// The codes below were drawn by another implementation, qrcode 8.2 for Python.
test('the code of a short text', () => {
  expect(rowsOf('otpauth://totp/an')).toEqual([
    '#######.##....#######',
    '#.....#..#....#.....#',
    '#.###.#.#####.#.###.#',
    '#.###.#.####..#.###.#',
    '#.###.#.#####.#.###.#',
    '#.....#.......#.....#',
    '#######.#.#.#.#######',
    '...........#.........',
    '####..#.#.#..#..###.#',
    '...##..#...#..#.#####',
    '.#....##.........#.##',
    '###.##.#.##..#..##..#',
    '#..#.####..##.####.##',
    '........#.#.##..##...',
    '#######..###..###....',
    '#.....#..#.#...#.###.',
    '#.###.#.....#..#.##.#',
    '#.###.#.#.#.#.##.....',
    '#.###.#.#.#####..##..',
    '#.....#.##.#.###....#',
    '#######.####..#####..',
  ])
})

const long = `otpauth://totp/ana@111111111111?secret=${'ABCDEFGH234567'.repeat(100)}`

test.each([
  [18, 25, 'f53859c9fc71d5c0'],
  [120, 41, 'af8867c7825a7275'],
  [230, 53, '025cbd047aca1dfc'],
  [300, 61, '4c746581a556a1ec'],
  [858, 97, '6730f394e12ef9b9'],
])('the code of %i bytes has %i modules to a side', (length, side, digest) => {
  const rows = rowsOf(long.slice(0, length)) ?? []
  expect(rows.length).toBe(side)
  const text = rows.map((row) => row.replaceAll('#', '1').replaceAll('.', '0')).join('\n')
  expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe(digest)
})

test('what is too long for a code has none', () => {
  expect(versionFor(2953)?.number).toBe(40)
  expect(versionFor(2954)).toBeUndefined()
  expect(drawQrCode(Buffer.alloc(2954))).toBeUndefined()
})
