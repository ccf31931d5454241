import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { renderPng } from './png.ts'

test('a picture has a head, its rows and an end', () => {
  const png = renderPng(
    [
      [true, false],
      [false, true],
    ],
    { scale: 2, margin: 1 },
  )
  expect(png.subarray(0, 16).toString('latin1')).toBe('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([8, 8])
  expect([...png.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0])
  const size = png.readUInt32BE(33)
  const rows = inflateSync(png.subarray(41, 41 + size))
  const white = [0, 0b11111111]
  const first = [0, 0b11001111]
  const second = [0, 0b11110011]
  expect([...rows]).toEqual([white, white, first, first, second, second, white, white].flat())
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082')
})
