import { cpuUsage } from 'node:process'
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

test.each([
  ['a comment with two hyphens in it', '<a><!-- -- --></a>'],
  ['an open comment', '<a><!--</a>'],
  ['open character data', '<a><![CDATA[</a>'],
  ['an attribute without a value', '<a b/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['attributes that touch', '<a b="1"c="2"/>'],
  ['a tag in an attribute', '<a b="<"/>'],
  ['an attribute of an end tag', '<a></a b="1">'],
  ['a name that begins with a digit', '<1a/>'],
  ['a name of two colons', '<a:b:c/>'],
  ['an end tag of another prefix', '<x:a></y:a>'],
  ['an end tag alone', '</a>'],
  ['a declaration behind a blank', ' <?xml version="1.0"?><a/>'],
  ['a long entity', '<a>&aaaaaaaaaaaaaaaaaaaaaaaaaa;</a>'],
  ['a long tag', `<a b="${'x'.repeat(5000)}"/>`],
])('%s is refused too', (_, text) => {
  expect(parseXml(text)).toBeUndefined()
})

test('line ends are one character, and blanks in attributes spaces', () => {
  const root = parseXml('\ufeff<?xml version="1.0"?>\r\n<a b="1\r\n2">\r\n&#13;x\r</a>\r\n')
  expect([root?.attributes.get('b'), root?.text]).toEqual(['1 2', '\n\rx\n'])
})

const size = 4_000_000
const fill = (text: string): string => text.repeat(size / text.length)
const bombs = {
  'open tags': fill('<a>'),
  'end tags': fill('</a>'),
  elements: `<a>${fill('<b/>')}</a>`,
  comments: `<a>${fill('<!--x-->')}</a>`,
  'open comments': fill('<!--'),
  'character data': `<a>${fill('<![CDATA[x]]>')}</a>`,
  'open character data': fill('<a><![CDATA['),
  attributes: `<a ${Array.from({ length: 300_000 }, (__, at) => `b${at}="1"`).join(' ')}/>`,
  'an open attribute': `<a b="${fill('x')}`,
  'blanks in a tag': `<a${fill(' ')}/>`,
  blanks: `${fill('\n')}<a/>${fill(' ')}x`,
  angles: fill('<'),
  'angles the other way': `<a>${fill('>')}</a>`,
  entities: `<a>${fill('&amp;')}</a>`,
  ampersands: `<a>${fill('&')}</a>`,
  text: `<a>${fill('x')}</a>`,
  declarations: `<a>${fill('<?xml ?>')}</a>`,
  bangs: fill('<!'),
  prefixes: fill('<a:b:c:'),
}

/** Milliseconds of the processor. */
function timeOf(run: () => void): number {
  const before = cpuUsage()
  run()
  const { user, system } = cpuUsage(before)
  return (user + system) / 1000
}

/** Looks at each of so many characters once, as slowly as a regular expression does. */
const unit = timeOf(() => fill('&amp;').replace(/./g, (letter) => letter))

test.each(Object.entries(bombs))('four million characters take no long: %s', (_, text) => {
  expect(timeOf(() => parseXml(text))).toBeLessThan(unit * 3 + 100)
})
