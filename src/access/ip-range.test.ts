import { expect, test } from 'vitest'
import { parseIpRange } from './ip-range.ts'

test.each([
  ['203.0.113.9', { canonical: '203.0.113.9', prefixLength: 32, isPrivate: false }],
  ['203.0.113.0/24', { canonical: '203.0.113.0/24', prefixLength: 24, isPrivate: false }],
  ['203.0.113.200/25', { canonical: '203.0.113.128/25', prefixLength: 25, isPrivate: false }],
  ['0.0.0.0/0', { canonical: '0.0.0.0/0', prefixLength: 0, isPrivate: false }],
  ['10.0.0.1', { canonical: '10.0.0.1', prefixLength: 32, isPrivate: true }],
  ['8.0.0.0/5', { canonical: '8.0.0.0/5', prefixLength: 5, isPrivate: false }],
  ['172.31.0.0/16', { canonical: '172.31.0.0/16', prefixLength: 16, isPrivate: true }],
  ['172.32.0.0/16', { canonical: '172.32.0.0/16', prefixLength: 16, isPrivate: false }],
  ['2001:db8::/32', { canonical: '2001:db8::/32', prefixLength: 32, isPrivate: false }],
  ['2001:DB8::1', { canonical: '2001:DB8::1', prefixLength: 128, isPrivate: false }],
  ['2001:db8::1/32', { canonical: '2001:db8::/32', prefixLength: 32, isPrivate: false }],
  [
    '2001:db8:1:2:3:4:5:6/64',
    { canonical: '2001:db8:1:2::/64', prefixLength: 64, isPrivate: false },
  ],
  ['::/0', { canonical: '::/0', prefixLength: 0, isPrivate: false }],
  ['::1/0', { canonical: '::/0', prefixLength: 0, isPrivate: false }],
  ['fd00::/8', { canonical: 'fd00::/8', prefixLength: 8, isPrivate: true }],
])('%s', (text, range) => expect(parseIpRange(text)).toEqual(range))

test.each([
  '',
  '1.2.3',
  '256.1.1.1',
  '1.2.3.4/33',
  '1.2.3.4/',
  '1.2.3.4/08',
  '1.2.3.4/-1',
  '1.2.3.4/24/8',
  '01.2.3.4',
  ' 1.2.3.4',
  '2001:db8::/129',
  '2001:db8:::1',
  'fe80::1%eth0',
  '::ffff:1.2.3.4',
  '*',
])('%j is no range', (text) => expect(parseIpRange(text)).toBeUndefined())
