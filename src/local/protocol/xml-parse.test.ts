import { expect, test } from 'vitest'
import { loadService } from './load-service.ts'
import { readRequest } from './protocol.ts'
import { parseXml } from './xml-parse.ts'

test('a document is read with its entities, prefixes and character data resolved', () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
    <x:a xmlns:x="urn:x" x:k="1 &lt; 2"><b>&#x41;&amp;&#66;<![CDATA[<&amp;>]]></b><!-- no --><c/></x:a>`
  const root = parseXml(text)
  expect(root?.name).toBe('a')
  expect(root?.attributes.get('k')).toBe('1 < 2')
  expect(root?.children).toEqual([
    { name: 'b', attributes: new Map(), children: [], text: 'A&B<&amp;>' },
    { name: 'c', attributes: new Map(), children: [], text: '' },
  ])
})

test.each([
  ['nothing', ''],
  ['text', 'x'],
  ['an open tag', '<a'],
  ['crossed tags', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a></a>x'],
  ['text after an empty root', '<a/>x'],
  ['character data after the root', '<a/><![CDATA[x]]>'],
  ['text before the root', 'x<a/>'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['a declared entity', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['a lower-case document type', '<!doctype a><a/>'],
  ['an unknown entity', '<a>&nbsp;</a>'],
  ['a bare ampersand', '<a>1 & 2</a>'],
  ['an open reference', '<a>&amp</a>'],
  ['a reference to nothing', '<a>&#0;</a>'],
  ['a reference to half a pair', '<a>&#xD800;</a>'],
  ['a control character', '<a>\u0001</a>'],
  ['a processing instruction', '<?php x?><a/>'],
  ['a second declaration', '<a><?xml version="1.0"?></a>'],
  ['a repeated attribute', '<a b="1" b="2"/>'],
  ['a prototype', '<a><__proto__>1</__proto__></a>'],
  ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
  ['100,000 levels', '<a>'.repeat(100_000)],
])('%s is refused', (_, text) => {
  expect(parseXml(text)).toBeUndefined()
})

test('64 levels are read', () => {
  expect(parseXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)?.name).toBe('a')
})

function put(resource: string, body: string) {
  const headers = { host: 'localhost' }
  const bytes = new Uint8Array(Buffer.from(body, 'utf8'))
  const wire = { method: 'PUT', path: '/b', query: resource, headers, body: bytes }
  return readRequest(loadService('s3'), wire)
}

test('the body of an operation is read by its schema', () => {
  const body =
    '<Tagging xmlns="urn:any"><TagSet><Tag><Key>a</Key><Value> b </Value></Tag></TagSet></Tagging>'
  expect(put('tagging', body)).toMatchObject({
    input: { Bucket: 'b', Tagging: { TagSet: [{ Key: 'a', Value: ' b ' }] } },
  })
  expect(put('tagging', '<Tagging><TagSet/></Tagging>')).toMatchObject({
    input: { Tagging: { TagSet: [] } },
  })
  expect(put('', '')).toMatchObject({ name: 'CreateBucket', input: { Bucket: 'b' } })
})

test.each([
  ['broken XML', 'tagging', '<Tagging>'],
  ['another root', 'tagging', '<Tags><TagSet/></Tags>'],
  ['a missing member', 'tagging', '<Tagging/>'],
  [
    'a missing member deeper',
    'tagging',
    '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>',
  ],
  ['an unknown element', 'tagging', '<Tagging><TagSet/><Other/></Tagging>'],
  ['an unknown item', 'tagging', '<Tagging><TagSet><Other/></TagSet></Tagging>'],
  ['an element twice', 'tagging', '<Tagging><TagSet/><TagSet/></Tagging>'],
  ['text between elements', 'tagging', '<Tagging>x<TagSet/></Tagging>'],
  [
    'no number',
    'object-lock',
    '<ObjectLockConfiguration><Rule><DefaultRetention><Days>1.5</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
  ],
  [
    'no boolean',
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ],
])('%s is MalformedXML', (_, resource, body) => {
  expect(put(resource, body)).toMatchObject({ error: { code: 'MalformedXML', status: 400 } })
})

test('a body that must be there and is not has its own error', () => {
  expect(put('tagging', '')).toMatchObject({ error: { code: 'MissingRequestBodyError' } })
})
