import { crc32, deflateSync } from 'node:zlib'

export interface PngSize {
  /** Pixels to a side of each module. */
  readonly scale: number
  /** Modules of white around the picture. */
  readonly margin: number
}

/** A square of black and white modules as a picture of one bit per pixel. @see https://www.w3.org/TR/png-3/ */
export function renderPng(
  modules: readonly (readonly boolean[])[],
  { scale, margin }: PngSize,
): Buffer {
  const side = (modules.length + 2 * margin) * scale
  const rows = Array.from({ length: side }, (_, y) => {
    const row = modules[Math.floor(y / scale) - margin] ?? []
    const bytes = Buffer.alloc(1 + Math.ceil(side / 8))
    for (let x = 0; x < side; x += 1) {
      const isDark = row[Math.floor(x / scale) - margin] === true
      const at = 1 + (x >> 3)
      if (!isDark) bytes[at] = (bytes[at] ?? 0) | (0x80 >> (x & 7))
    }
    return bytes
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const data = deflateSync(Buffer.concat(rows))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
