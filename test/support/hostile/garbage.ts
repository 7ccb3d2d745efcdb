import fc from 'fast-check'

/** A value as somebody may send it: in JSON, and as a literal in a document where it can be one. */
export interface Garbage {
  /** what a failure shows of it */
  readonly label: string
  readonly json: string
  readonly literal?: string
}

/** Of any value that JSON has; literals of GraphQL have names for keys, and what has other keys has none. */
export function sent(value: unknown, label = brief(JSON.stringify(value))): Garbage {
  const literal = literalOf(value)
  return { label, json: JSON.stringify(value), ...(literal === undefined ? {} : { literal }) }
}

function literalOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, each]) => [key, literalOf(each)] as const)
  if (entries.some(([, literal]) => literal === undefined)) return undefined
  if (Array.isArray(value)) return `[${entries.map(([, literal]) => literal).join(' ')}]`
  if (entries.some(([key]) => !/^[A-Za-z_]\w*$/.test(key))) return undefined
  return `{${entries.map(([key, literal]) => `${key}: ${literal}`).join(' ')}}`
}

/** Written as it stands, which JSON.stringify would alter. */
function raw(text: string): Garbage {
  return { label: text, json: text, literal: text }
}

function brief(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text
}

/** Anything, of which a failure shows the label alone. */
const oneOf = (all: readonly Garbage[]) =>
  fc.constantFrom(...all.map((each) => ({ ...each, [fc.toStringMethod]: () => each.label })))

const texts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  'a\nb\r\n',
  '\u001b[31m',
  '\ud800',
  '\udc00\ud800',
  'a\ud83d',
  '\u202eabc',
  '\ufeff',
  '\uffff',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '__kairos',
  '*',
  '**',
  '***',
  '[a-z]',
  '{',
  '}',
  '{}',
  '}{',
  ':',
  'a:b',
  '%',
  '%7B',
  '%00',
  '.',
  '..',
  '../../etc/passwd',
  '\\',
  '"',
  "'",
  '\']] return redis.call("FLUSHALL") --',
  '*1\r\n$8\r\nFLUSHALL\r\n',
  '$(reboot)',
  '{"name":"a"}',
  '<script>alert(1)</script>',
  'Infinity',
  'NaN',
  '-0',
  'null',
  'x'.repeat(512),
  'x'.repeat(513),
  '😀'.repeat(300),
  '*a'.repeat(256),
  '**'.repeat(128),
  'x'.repeat(1024 * 1024),
].map((text) => sent(text))

const numbers = [
  ...[
    '0',
    '-0',
    '0.0',
    '-0.0',
    '1',
    '-1',
    '2',
    '1.5',
    '1e2',
    '1E+2',
    '0.1e-400',
    '5e-324',
    '1e308',
    '-1e308',
  ],
  ...['1e400', '-1e400', '2147483647', '2147483648', '-2147483648', '-2147483649', '9007199254740991'],
  ...['9007199254740992', '-9007199254740993', `1${'0'.repeat(400)}`, `0.${'3'.repeat(400)}`, '100.00000001'],
].map(raw)

const times = [
  ...[
    -1e11,
    1e11,
    1e11 + 1,
    -1e11 - 1,
    99_999_999_999.9,
    1_795_435_200_000,
    -62_167_219_200,
    -62_167_219_201,
  ],
  ...[
    '-PT',
    '-P',
    'P1D',
    '-P1D',
    '-P1Y2M3DT4H5M6.7S',
    '-P1Y2M3DT',
    '-PT1e9H',
    '-P999999999Y',
    '-P-1D',
    '-PT6H',
  ],
  ...['+275760-09-13T00:00:00Z', '+275760-09-13T00:00:00.001Z', '-271821-04-20T00:00:00Z'],
  ...['2026-02-30T00:00:00Z', '2026-02-28T24:00:00Z', '2016-12-31T23:59:60Z', '2026-02-28T12:00:00'],
  ...['2026-02-28', '0000-01-01T00:00:00Z', '-000000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'],
  ...['2026-02-28T12:00:00+99:00', '2026-02-28T12:00:00[Europe/Berlin]', '2026-02-28T12:00:00Z[u-ca=hebrew]'],
  ...['1795435200', `-P${'1'.repeat(10_000)}D`, `2026-02-28T12:00:00.${'1'.repeat(10_000)}Z`],
].map((time) => sent(time))

const ids = [sent('i'), sent('i'.repeat(256)), sent('i'.repeat(257)), sent(5), raw('99999999999999999999')]

const cursors = [
  'aGl0cy5h',
  'aGl0cy5',
  'aGl0cy5h=',
  'aGl0cy5i',
  '____',
  'wA',
  'AAAAAAAAAAAAAAAA.1',
  'AAAAAAAAAAAAAAAA.999999999999999',
  'AAAAAAAAAAAAAAAA.9999999999999999',
  'AAAAAAAAAAAAAAAA.-1',
  'A'.repeat(1024 * 1024),
].map((cursor) => sent(cursor))

const many = (n: number) => Array.from({ length: n }, (_, i) => `hits.${i}`)

const lists = [
  ...[[], ['hits.a', 'hits.a'], ['hits.a', null], [['hits.a']], [''], ['\ud800'], ['hits.a', 'text.list.a']],
  ...[many(1), many(100), many(101), many(1001), many(10_001), Array(10_001).fill('hits.a')],
].map((list) => sent(list))

const insert = (fields: object, n = 1) => Array.from({ length: n }, () => ({ name: 'hits.a', ...fields }))

const inserts = [
  ...[insert({}), insert({ value: '1' }), insert({ other: 1 }), insert({ spread: null }), insert({}, 10_001)],
  ...[
    insert({ spread: 1001 }),
    insert({ spread: -1000 }, 11),
    insert({ spread: 2 ** 31 }),
    insert({ spread: 0.5 }),
  ],
  ...[insert({ timestamp: 1e11 }), insert({ timestamp: '-PT1H' }), insert({ name: null }), [{}], [null], {}],
  ...[
    [...insert({}), ...insert({ name: 'a:b' })],
    [...insert({}), ...insert({ value: 2 ** 53 })],
  ],
  insert({ name: 'hits.a', value: 'x'.repeat(1024 * 1024) }),
].map((list) => sent(list))

const deep = '['.repeat(100_000) + ']'.repeat(100_000)
const odd: readonly Garbage[] = [
  sent(null),
  sent(true),
  sent({}),
  raw('UNKNOWN'),
  raw('$unknown'),
  {
    label: '__proto__ as a key',
    json: '{"__proto__": {"name": "hits.a"}}',
    literal: '{__proto__: {name: "hits.a"}}',
  },
  sent({ constructor: { prototype: {} }, toString: 1 }),
  { label: 'lists, 100,000 deep', json: deep },
  { label: 'lists, 2,000 deep', json: '[]', literal: '['.repeat(2000) + ']'.repeat(2000) },
  { label: 'objects, 100,000 deep', json: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
  {
    label: 'an object of 100,000 keys',
    json: JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]))),
  },
].map((each) =>
  each.json === each.literal && !/^[[{"]/.test(each.json) && each.json !== 'true' && each.json !== 'null'
    ? { ...each, json: JSON.stringify(each.json) }
    : each,
)

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => sent(text)),
  fc.jsonValue({ maxDepth: 3 }).map((value) => sent(value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => sent(number)),
)

/** Mostly what the type would be, with what is wrong in it. */
export function garbageOf(type: string): fc.Arbitrary<Garbage> {
  const fitting: Readonly<Record<string, readonly Garbage[]>> = {
    Timestamp: [...times, ...numbers, ...texts],
    Value: [...numbers, ...texts],
    Int: numbers,
    Float: numbers,
    ID: [...ids, ...texts],
    String: [...texts, ...cursors],
    '[String!]': lists,
    '[InsertInput!]': inserts,
  }
  const all = [...texts, ...numbers, ...times, ...ids, ...cursors, ...lists, ...inserts, ...odd]
  const named = fitting[type.replace(/!$/, '')] ?? odd
  return fc.oneof(
    { weight: 6, arbitrary: oneOf(named) },
    { weight: 2, arbitrary: oneOf(odd) },
    { weight: 1, arbitrary: oneOf(all) },
    { weight: 2, arbitrary: anything },
  )
}
