import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { fingerprintOf, renderRsaKey, requireRsaKey } from './ssh-rsa-key.ts'

// Made by ssh-keygen -t rsa -b 2048; so was its fingerprint.
const ssh =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCdZemDIvA4AI7YhB3Z9bCtVoJAh/10x4qpzP/OR+sffC5t1sBIAl6+c8lPa7EJ2uZljoYCeek5IcrszhFbtKBa/pD5QDdCmu85+sA3u/e7/7Egz0iJ4Jzoy4poQ8I/KnfJHrEkX8NoVf36gKfADFCIH62Dac0wvVh+wbtM1E/s0gTD/R/SVKPS0N9caTnZweghj/di34lu1UMPwSxJcHuLDzPySc6IiHbplE7Pp+HMNO4WHciuZVBDm9lLIiio+h9QRUJzcDW66eSwHRmHaaVtrX4dTgf4s2VfwudK65VejosFwqaT85X1bVzwCLrufQsEZx7k7iRZx/c2HlYVIdxJ'
const fingerprint = 'ab:27:cf:72:dd:5f:d7:e7:51:c9:25:c5:af:90:1e:13'

test('reads and writes both forms, and tells the same fingerprint of both', () => {
  const key = requireRsaKey(`${ssh} ana@example.com`)
  expect(fingerprintOf(key)).toBe(fingerprint)
  expect(renderRsaKey(key, 'SSH')).toBe(ssh)
  const pem = renderRsaKey(key, 'PEM')
  expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n$/)
  expect(renderRsaKey(requireRsaKey(pem), 'SSH')).toBe(ssh)
  expect(fingerprintOf(requireRsaKey(pem))).toBe(fingerprint)
})

const pemOf = (key: { export: (form: { type: 'spki'; format: 'pem' }) => string | Buffer }) =>
  key.export({ type: 'spki', format: 'pem' }).toString()

test.each([
  ['nonsense', 'UnrecognizedPublicKeyEncoding'],
  ['ssh-rsa AAAA', 'InvalidPublicKey'],
  ['ssh-rsa !', 'InvalidPublicKey'],
  [ssh.slice(0, 200), 'InvalidPublicKey'],
  ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'InvalidPublicKey'],
  [pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), 'InvalidPublicKey'],
  [pemOf(generateKeyPairSync('ed25519').publicKey), 'InvalidPublicKey'],
])('refuses %j', (body, code) => {
  expect(() => requireRsaKey(body)).toThrow(expect.objectContaining({ code }))
})
