import { describe, expect, test } from 'vitest'
import { faultsOf, intervalFile, load, ruleFile } from './folder.ts'

const ruleOf = async (rule: object) => (await load({ files: ruleFile(rule) })).timeseries[0]
const intervalOf = async (interval: object) =>
  (await load({ files: intervalFile(interval) })).timeseries[0]?.intervals[0]
const ruleFaults = async (rule: object) => faultsOf({ files: ruleFile(rule) })
const intervalFaults = async (interval: object) => faultsOf({ files: intervalFile(interval) })

describe('a rule', () => {
  test('is taken as written, with one glob as a list of one and intervals as a list', async () => {
    expect(await ruleOf({ unit: '°C', description: 'a\nb', values: 'float', quantize: 0.5 })).toEqual({
      name: 'a',
      match: ['**'],
      type: 'gauge',
      values: 'float',
      quantize: 0.5,
      unit: '°C',
      description: 'a\nb',
      intervals: [{ name: 'minute', step: '60', timeZone: 'UTC' }],
    })
  })

  test('holds strings unless it says otherwise, a count floats', async () => {
    expect((await ruleOf({}))?.values).toBe('string')
    expect((await ruleOf({ type: 'count' }))?.values).toBe('float')
    expect((await ruleOf({ type: 'count', values: 'integer' }))?.values).toBe('integer')
  })

  test('of a count holds floats or integers, not quantized', async () => {
    for (const values of ['string', 'boolean']) {
      expect(await ruleFaults({ type: 'count', values })).toEqual([
        'timeseries[0].values: must be float or integer for a count',
      ])
    }
    expect(await ruleFaults({ type: 'count', quantize: 5 })).toEqual([
      'timeseries[0].quantize: is not for a count: remove it',
    ])
  })

  test('quantizes numbers only, integers by whole ones', async () => {
    for (const rule of [{}, { values: 'boolean' }, { values: 'string' }]) {
      expect(await ruleFaults({ ...rule, quantize: 5 })).toEqual([
        'timeseries[0].quantize: needs numbers: write values: float or values: integer, or remove it',
      ])
    }
    expect(await ruleFaults({ values: 'integer', quantize: 0.5 })).toEqual([
      'timeseries[0].quantize: must be a whole number where values are integer',
    ])
    for (const quantize of [0, -1]) {
      expect(await ruleFaults({ values: 'float', quantize })).toEqual([
        'timeseries[0].quantize: must be above 0, at least 1e-15',
      ])
    }
  })

  test('has a name of its own', async () => {
    const rule = { match: 'x', type: 'set', intervals: { i: { step: 1 } } }
    const timeseries = ['a', 'b', 'a', '', 'a'].map((name) => ({ name, ...rule }))
    expect(await faultsOf({ files: { 'kairos.yaml': JSON.stringify({ timeseries }) } })).toEqual([
      'timeseries[3].name: must not be empty',
      'timeseries[2].name: is the name of timeseries[0] too',
      'timeseries[4].name: is the name of timeseries[0] too',
    ])
  })

  test.each(['', '***', 'a.****', 'a\nb', 'x'.repeat(257), '\ud800', 5, null, [], [''], ['a', '***']])(
    'does not match %j',
    async (match) => {
      expect(await ruleFaults({ match })).toEqual([
        expect.stringMatching(/^timeseries\[0\][.]match(\[[01]\])?: /),
      ])
    },
  )

  test.each(['*', '**', '**.*', '*.**.a', '*a*', 'a[b]{c}?', 'ä b'])('matches %j', async (match) => {
    expect((await ruleOf({ match }))?.match).toEqual([match])
  })

  test('has between one and 32 intervals, with names fit for keys', async () => {
    expect(await ruleFaults({ intervals: {} })).toEqual([
      'timeseries[0].intervals: must name at least one interval',
    ])
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`i${i}`, { step: 1 }]))
    expect(await ruleFaults({ intervals: many })).toEqual([
      'timeseries[0].intervals: must name at most 32 intervals',
    ])
    for (const name of ['', 'a:b', 'a\n', '\u007f', '\ud800', 'x'.repeat(65), 'toString', 'hasOwnProperty']) {
      const faults = await ruleFaults({ intervals: { [name]: { step: 1 } } })
      expect(faults).toEqual([expect.stringMatching(/^timeseries\[0\][.]intervals.*: (must have|is) a name/)])
    }
  })

  test('is one of at most a thousand', async () => {
    const rule = (n: number) => ({ name: `r${n}`, match: 'x', type: 'set', intervals: { i: { step: 1 } } })
    const of = (length: number) => ({
      files: { 'kairos.yaml': JSON.stringify({ timeseries: Array.from({ length }, (_, n) => rule(n)) }) },
    })
    expect((await load(of(1000))).timeseries).toHaveLength(1000)
    expect(await faultsOf(of(1001))).toEqual(['timeseries: must list at most 1000'])
  })
})

describe('a step', () => {
  test.each([60, '60', '10s', '5min', '1h', '30d', '2w', '1y', 'daily', 'weekly', 'monthly', 'yearly'])(
    'of %j is taken as written',
    async (step) => {
      expect(await intervalOf({ step })).toEqual({ name: 'i', step: String(step), timeZone: 'UTC' })
    },
  )

  test('of m is refused, since it means months in the library and minutes to most', async () => {
    expect(await intervalFaults({ step: '5m', resolution: '1m' })).toEqual([
      'timeseries[0].intervals.i.step: "5m" could be minutes or months: write 5min, 150d or monthly',
      'timeseries[0].intervals.i.resolution: "1m" could be minutes or months: write 1min, 30d or monthly',
    ])
  })

  test.each([
    0,
    -5,
    1.5,
    1e12,
    true,
    null,
    [],
    {},
    '',
    '0',
    '0s',
    '-5',
    '1.5h',
    '1H',
    '1 h',
    '1h30min',
    'hourly',
    '1M',
    '９',
    '999999999999y',
    'x'.repeat(1e5),
  ])('of %j is refused', async (step) => {
    expect(await intervalFaults({ step })).toEqual([
      expect.stringMatching(/^timeseries\[0\][.]intervals[.]i[.]step: /),
    ])
  })

  test('is kept 1 or more times, over at most a thousand years', async () => {
    expect((await intervalOf({ step: 'yearly', steps: 1000 }))?.steps).toBe(1000)
    expect((await intervalOf({ step: '1s', steps: 2 ** 31 - 1 }))?.steps).toBe(2 ** 31 - 1)
    for (const steps of [0, -1, 1.5, '5', null, 2 ** 31, 1e12]) {
      expect(await intervalFaults({ step: '1s', steps })).not.toEqual([])
    }
    expect(await intervalFaults({ step: 'yearly', steps: 1001 })).toEqual([
      'timeseries[0].intervals.i.steps: 1001 steps of yearly are longer than 1000 years',
    ])
    expect(await intervalFaults({ step: 3e10, steps: 2 })).toEqual([
      'timeseries[0].intervals.i.steps: 2 steps of 30000000000 are longer than 1000 years',
    ])
  })
})

describe('a resolution', () => {
  test.each([
    [60, 7],
    [60, 120],
    ['1h', '7min'],
    ['daily', '5h'],
    ['daily', '2d'],
    ['monthly', 'weekly'],
    ['monthly', '2d'],
    ['monthly', '30d'],
    ['yearly', '1w'],
    ['weekly', 'monthly'],
    ['1w', 'weekly'],
    ['30d', 'monthly'],
  ])('could straddle a step of %s at %s, and is refused', async (step, resolution) => {
    expect(await intervalFaults({ step, resolution })).toEqual([
      expect.stringMatching(
        /^timeseries\[0\][.]intervals[.]i[.]resolution: \w+ (could straddle|is longer than) a step of \w+$/,
      ),
    ])
  })

  test.each([
    [60, 10],
    ['1h', '1min'],
    ['daily', '1h'],
    ['daily', 1],
    ['weekly', 'daily'],
    ['monthly', 'daily'],
    ['monthly', '1d'],
    ['yearly', 'monthly'],
    ['2w', '1d'],
    ['30d', 'daily'],
  ])('divides a step of %s at %s', async (step, resolution) => {
    expect(await intervalOf({ step, resolution })).toMatchObject({ resolution: String(resolution) })
  })

  test('follows the zone of its step', async () => {
    const berlin = { step: 'daily', resolution: '1h', timeZone: 'Europe/Berlin' }
    expect(await intervalOf(berlin)).toMatchObject(berlin)
    for (const timeZone of ['Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns']) {
      expect(await intervalFaults({ step: 'daily', resolution: '1h', timeZone })).toEqual([
        `timeseries[0].intervals.i.resolution: 1h could straddle a step of daily in ${timeZone}`,
      ])
    }
    expect(
      await intervalOf({ step: 'monthly', resolution: 'daily', timeZone: 'Asia/Kolkata' }),
    ).toMatchObject({
      resolution: 'daily',
    })
  })

  test.each([
    [60, '60'],
    [60, '1min'],
    ['1d', '24h'],
    ['daily', 'daily'],
  ])('of the step itself is none: %s, %s', async (step, resolution) => {
    expect(await intervalOf({ step, resolution })).toEqual({ name: 'i', step: String(step), timeZone: 'UTC' })
  })
})

describe('a time zone', () => {
  test.each(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires'])('may be %s', async (timeZone) => {
    expect((await intervalOf({ step: 'daily', timeZone }))?.timeZone).toBe(timeZone)
  })

  test.each(['', 'Mars/Olympus', '+01:00', 'Europe/Berlin\n', 'local', 5, null])(
    'may not be %j',
    async (timeZone) => {
      expect(await intervalFaults({ step: 'daily', timeZone })).toEqual([
        expect.stringMatching(/^timeseries\[0\][.]intervals[.]i[.]timeZone: /),
      ])
    },
  )

  test('is refused where no step follows it', async () => {
    expect(await intervalFaults({ step: '1d', timeZone: 'Europe/Berlin' })).toEqual([
      'timeseries[0].intervals.i.timeZone: has no effect: daily, weekly, monthly and yearly follow a zone, 1d is 24 hours',
    ])
    expect((await intervalOf({ step: '1d', timeZone: 'UTC' }))?.timeZone).toBe('UTC')
  })
})
