import { expect, test } from 'vitest'
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts'

test.each([
  ['203.0.113.9', '203.0.113.9', true],
  ['203.0.113.9', '203.0.113.8/31', true],
  ['203.0.113.10', '203.0.113.8/31', false],
  ['203.0.113.9', '203.0.113.77/24', true],
  ['10.1.2.3', '0.0.0.0/0', true],
  ['10.128.0.0', '10.0.0.0/9', false],
  ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', true],
  ['2001:db8:8000::', '2001:db8::/33', false],
  ['::1', '::/0', true],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304', true],
])('%s in %s: %s', (address, range, isIn) => {
  const [a, r] = [parseIpAddress(address), parseIpRange(range)]
  expect(a && r && isInRange(a, r)).toBe(isIn)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4/33',
  '1.2.3.4/',
  '1.2.3.4/-1',
  '1:2:3',
  '1::2::3',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '::12345',
  'g::',
  '::1/129',
  '1.2.3.4::',
])('%j is no address or range', (text) => {
  expect(parseIpRange(text)).toBeUndefined()
})

test.each(['10.0.0.0/8', '::ffff:1.2.3.4', '::FFFF:102:304'])(
  '%j is no address of a request',
  (text) => {
    expect(parseIpAddress(text)).toBeUndefined()
  },
)
