import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DefinitionsQuery, InsertInput } from '../../../../src/client/documents.ts'
import { readPaste } from '../../../../web-playground/src/insert/paste.ts'
import { ruleFinder } from '../../../../web-playground/src/insert/rules.ts'

type Definition = DefinitionsQuery['definitions'][number]

const definition = (
  match: string,
  type: Definition['type'],
  valueType: Definition['valueType'],
): Definition => ({
  name: match,
  match: [match],
  type,
  valueType,
  quantize: null,
  unit: null,
  description: null,
  intervals: [],
})
const ruleOf = ruleFinder([
  definition('n.**', 'GAUGE', 'FLOAT'),
  definition('i.**', 'HISTOGRAM', 'INTEGER'),
  definition('b.**', 'GAUGE', 'BOOLEAN'),
  definition('c.**', 'COUNT', 'FLOAT'),
  definition('s.**', 'SERIES', 'STRING'),
])
const read = (text: string) => readPaste(text, ruleOf)
const faults = (text: string) => read(text).faults.map(({ line, message }) => `${line}: ${message}`)

/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0)
const part = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((each) => !/[\p{Cc}\p{Cs}:]/u.test(each))
/** What a value of a text may be: any, but ends of lines are one character. */
const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((each) => each.replaceAll('\r', ''))
const insert: fc.Arbitrary<InsertInput> = fc
  .tuple(
    part,
    fc.oneof(
      fc.record({ kind: fc.constant('n'), value: number }),
      fc.record({ kind: fc.constant('i'), value: fc.maxSafeInteger().map((each) => each + 0) }),
      fc.record({ kind: fc.constant('b'), value: fc.boolean() }),
      fc.record({ kind: fc.constant('c') }),
      fc.record({ kind: fc.constant('s'), value: text.filter((each) => each !== '') }),
    ),
    fc.option(fc.double({ min: -1e11, max: 1e11, noNaN: true }).map((each) => each + 0)),
  )
  .map(([rest, { kind, ...value }, timestamp]) => ({
    name: `${kind}.${rest}`,
    ...value,
    ...(timestamp === null ? {} : { timestamp }),
  }))
const inserts = fc.array(insert, { minLength: 1, maxLength: 20 })

const quoted = (field: unknown) => {
  const text = field === undefined ? '' : String(field)
  return /^$|["\n\r\t, #]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
const rows = (given: readonly InsertInput[], separator: string) =>
  given.map(({ name, value, timestamp }) => [name, value, timestamp].map(quoted).join(separator))

describe('what is printed is read', () => {
  test.each([
    ['tabs', '\t', '\n'],
    ['commas', ',', '\r\n'],
    ['spaces', ' ', '\n'],
    ['runs of spaces', '   ', '\n\n'],
  ])('separated by %s', (_, separator, end) => {
    fc.assert(
      fc.property(inserts, (given) => {
        const paste = read(rows(given, separator).join(end))
        expect(paste.faults).toEqual([])
        expect(paste.inserts).toEqual(given)
      }),
    )
  })

  test('as CSV with a header, as others read it too', () => {
    const columns = fc.shuffledSubarray(['name', 'value', 'timestamp'] as const, { minLength: 3 })
    fc.assert(
      fc.property(inserts, columns, (given, order) => {
        const lines = given.map((each) => order.map((column) => quoted(each[column])).join(','))
        const csv = `\ufeff${[order.join(','), ...lines].join('\n')}\n`
        expect(read(csv).inserts).toEqual(given)
        const others: { name: string }[] = parseCsv(csv, { columns: true, bom: true })
        expect(others.map(({ name }) => name)).toEqual(given.map(({ name }) => name))
      }),
    )
  })

  test.each<[string, (given: readonly InsertInput[]) => string]>([
    ['a JSON array', (given) => JSON.stringify(given)],
    ['a JSON array for people', (given) => JSON.stringify(given, null, 2)],
    ['JSON lines', (given) => given.map((each) => JSON.stringify(each)).join('\n')],
    [
      'JSON values one after the other',
      (given) => given.map((each) => JSON.stringify(each, null, 2)).join('\r\n'),
    ],
  ])('as %s', (_, print) => {
    fc.assert(
      fc.property(inserts, (given) => {
        const paste = read(print(given))
        expect(paste.faults).toEqual([])
        expect(paste.inserts).toEqual(given)
      }),
    )
  })

  test('at the lines on which it stands', () => {
    fc.assert(
      fc.property(inserts, (given) => {
        const printed = rows(given, ',')
        let line = 1
        const lines = printed.map((row) => {
          const own = line
          line += row.split('\n').length
          return own
        })
        expect(read(printed.join('\n')).lines).toEqual(lines)
      }),
    )
    expect(read('[\n  { "name": "c.a" },\n  { "name":\n "c.b" }, { "name": "c.c" } ]').lines).toEqual([
      2, 3, 4,
    ])
    expect(read('# c.x\n\nc.a\n  # c.y\nc.b 2').lines).toEqual([3, 5])
  })
})

test('nothing that can be pasted is an error of ours', () => {
  const words = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\n',
    '\r',
    '\t',
    ' ',
    '\\',
    '#',
    'n.a',
    '1',
    'null',
    '\0',
    '\ufeff',
  ]
  const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...words) }))
  fc.assert(
    fc.property(hostile, (text) => {
      const { inserts, lines, faults, faultCount } = read(text)
      expect(lines).toHaveLength(inserts.length)
      expect(faults.length).toBe(Math.min(100, faultCount))
      for (const { message } of faults) expect(message).not.toMatch(/\p{Cc}/u)
    }),
    { numRuns: 500 },
  )
})

test('reading takes time in proportion to what is pasted', () => {
  const size = 200_000
  const unclosed = `["${'\\"'.repeat(size / 2)}`
  const began = performance.now()
  read(unclosed)
  expect(performance.now() - began).toBeLessThan(5_000)
  for (const piece of [
    '{',
    '[',
    '{"',
    '"',
    '""',
    '"\n',
    'n.a "1\n',
    '{"a":"\\',
    'a,',
    ' ',
    '\n',
    '{}\n{\n',
    '[{},',
  ]) {
    const began = performance.now()
    read(piece.repeat(size / piece.length))
    expect(performance.now() - began, piece).toBeLessThan(5_000)
  }
})

test('what stands in quotes over several lines says nothing of what separates fields', () => {
  const { format, inserts } = read('s.a "x, y\nz\t" 5\nn.a 1 6')
  expect(format).toBe('separated by spaces')
  expect(inserts).toEqual([
    { name: 's.a', value: 'x, y\nz\t', timestamp: 5 },
    { name: 'n.a', value: 1, timestamp: 6 },
  ])
})

test('a line ends where a row does, and not at other separators of lines', () => {
  expect(read('s.a\u2028b\thello, x\t5')).toMatchObject({
    format: 'separated by tabs',
    inserts: [{ name: 's.a\u2028b', value: 'hello, x', timestamp: 5 }],
  })
})

test('a paste tells its names and its span', () => {
  const { names, span } = read('n.a 1 2026-01-01T00:00:00Z\nn.b 2 1767225660\nn.a 3')
  expect([...names]).toEqual(['n.a', 'n.b'])
  expect(span).toEqual({ from: 1767225600, to: 1767225660 })
  expect(read('c.a').span).toBeNull()
})

test.each([
  ['1767225600', 1767225600],
  ['1767225600.25', 1767225600.25],
  ['2026-01-01T00:00:00Z', 1767225600],
  ['2026-01-01T01:00:00+01:00', 1767225600],
  ['2026-01-01T01:00+0100', 1767225600],
  ['2026-01-01T00:00:00.25z', 1767225600.25],
  ['"2026-01-01 00:00:00 Z"', 1767225600],
])('%s is a time', (time, timestamp) => {
  expect(read(`c.a,1,${time}`).inserts).toEqual([{ name: 'c.a', value: 1, timestamp }])
})

test.each([
  ['n.a NaN', '1: "NaN" is not a finite number'],
  ['n.a Infinity', '1: "Infinity" is not a finite number'],
  ['n.a 1e999', '1: Infinity is not a finite number'],
  ['n.a,"3,5"', '1: decimals come after a point: 3.5'],
  ['n.a', '1: a value is missing'],
  ['i.a 1.5', '1: 1.5 is not a whole number within ±(2^53−1)'],
  ['i.a 9007199254740993', '1: 9007199254740992 is not a whole number within ±(2^53−1)'],
  ['b.a 1', '1: "1" is not true or false'],
  ['a:b 1', '1: a name must not contain ":": "a:b"'],
  ['"n.\t" 1', '1: a name must not contain tabs or other control characters: "n.\\t"'],
  ['n.\u0007 1', '1: a name must not contain tabs or other control characters: "n.\\u0007"'],
  [`n.${'a'.repeat(511)} 1`, '1: a name has at most 512 characters'],
  [',1', '1: a name is missing'],
  ['z 1', '1: no definition matches the name "z"'],
  ['s.a hello to all', '1: 4 fields, where there are at most 3: name, value, time. Put quotes around text.'],
  ['n.a 1 1767225600000', '1: "1767225600000" looks like milliseconds: a time is in seconds'],
  ['n.a 1 yesterday', '1: "yesterday" is no time: write seconds, or 2026-02-28T12:00:00Z'],
  ['n.a 1 2026-02-30T12:00:00Z', '1: there is no such time as "2026-02-30T12:00:00Z"'],
  ['n.a 1 2026-02-30T25:00:00Z', '1: there is no such time as "2026-02-30T25:00:00Z"'],
  ['n.a 1 2026-02-28', '1: "2026-02-28" needs a zone, as 2026-02-28T12:00:00Z or 2026-02-28T13:00:00+01:00'],
  ['name,value,unit\nn.a,1,ms', '1: there is no column "unit": name, value and timestamp are known'],
  ['name,value,value\nn.a,1,2', '1: a column is there twice'],
  ['n.a "1', '1: a quote is opened and not closed'],
  ['n.a,"1"2', '1: something follows a closed quote'],
  ['[{"name":"n.a","value":"1"}]', '1: n.** takes a finite number, not "1"'],
  ['[{"name":"n.a","value":1e999}]', '1: a number must be finite'],
  ['[{"name":"n.a","value":[1]}]', '1: a value is a text, a number, true or false'],
  ['[{"name":"n.a"}]', '1: a value is missing'],
  ['{"name":"c.a","value":1,"at":2}', '1: there is no field "at": name, value and timestamp are known'],
  ['{"value":1}', '1: a name is missing'],
  [
    '{"name":"c.a","timestamp":true}',
    '1: a timestamp is a number of seconds, or a text as "2026-02-28T12:00:00Z"',
  ],
  ['[1]', '1: this is no object with name, value and timestamp'],
  ['[{"name":"c.a"},\n{"name":', '2: this is no JSON, or it is cut off'],
  ['{"name":"c.a"}\n{"name"\n{"name":"c.b"}', '2: this is no JSON, or it is cut off'],
])('%j cannot be inserted, and it is said why', (text, fault) => {
  expect(faults(text)[0]).toBe(fault)
})

test('of a JSON array that goes on after its end, or is cut off, everything is told', () => {
  expect(faults('[{"name":"c.a"}')).toEqual(['1: this is no JSON, or it is cut off'])
  expect(faults('[{"name":"c.a"}] more')).toEqual(['1: this is no JSON, or it is cut off'])
  expect(read('[]').inserts).toEqual([])
})

test('without definitions the server is to say what it takes', () => {
  const { inserts } = readPaste('a 1\nb x\nc true\nd', ruleFinder(null))
  expect(inserts).toEqual([
    { name: 'a', value: 1 },
    { name: 'b', value: 'x' },
    { name: 'c', value: true },
    { name: 'd' },
  ])
})
