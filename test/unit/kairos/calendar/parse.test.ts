import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../../src/kairos/calendar/index.ts'

describe('parseStep', () => {
  it.each([
    [60, 60],
    ['60', 60],
    ['060', 60],
    ['10s', 10],
    ['5min', 300],
    ['1h', 3600],
    ['30d', 2_592_000],
    ['2w', 1_209_600],
    ['1m', 2_592_000],
    ['1y', 31_536_000],
    [1e11, 1e11],
  ])('reads %j as %i seconds and keeps how it was written', (text, seconds) => {
    expect(parseStep(text)).toMatchObject({ seconds, label: String(text) })
  })

  it.each([
    '',
    ' ',
    '1 h',
    '1H',
    '1h\n',
    '1h30min',
    'm1',
    'hourly',
    'Daily',
    'weekly monday',
    '-60',
    '0.5',
    '1e3',
    '٦٠',
    'NaN',
    'constructor',
    Number.NaN,
    0.5,
    -60,
    1e21,
  ])('refuses %j with a sentence that names it', (text) => {
    const sentence = `${JSON.stringify(String(text))} is no step: use whole seconds`
    expect(() => parseStep(text)).toThrow(sentence)
    expect(() => parseStep(text)).toThrow(RangeError)
  })

  it.each([0, '0', '0h', 1e11 + 1, '3171y', '9'.repeat(400)])('refuses the length of %j', (text) => {
    expect(() => parseStep(text)).toThrow('is no step: it must be 1 to 1e11 seconds long')
  })

  it('names no more than the beginning of a long text, and no raw control character', () => {
    const message = (text: string) => {
      try {
        return parseStep(text).label
      } catch (error) {
        return String(error)
      }
    }
    expect(message('x'.repeat(1e6)).length).toBeLessThan(200)
    expect(message('\u001b[2J')).toContain('"\\u001b[2J"')
  })

  it.each(['Mars/Phobos', '', '+01:00', 'Europe/Berlin\n', '2020-01-01[Europe/Berlin]', 'local'])(
    'refuses %j as a time zone',
    (timeZone) => {
      const sentence = `${JSON.stringify(timeZone)} is no time zone: use an IANA name such as Europe/Berlin`
      expect(() => parseStep('daily', { timeZone })).toThrow(new RangeError(sentence))
    },
  )

  it('refuses a week that it does not know', () => {
    // @ts-expect-error JavaScript may pass anything
    const parse = () => parseStep('weekly', { weekly: 'tuesday' })
    expect(parse).toThrow(new RangeError('"tuesday" is no kind of week: use kairos, monday or sunday'))
  })

  it('gives equal ids to equal steps, and to those alone', () => {
    const id = (text: string | number, options = {}) => parseStep(text, options).id
    expect(id('1h')).toBe(id(3600))
    expect(id('1m')).toBe(id('30d'))
    expect(id('daily')).toBe(id('daily', { timeZone: 'Etc/UTC' }))
    expect(id('daily', { timeZone: 'europe/berlin' })).toBe(id('daily', { timeZone: 'Europe/Berlin' }))
    const different = [
      id('1d'),
      id('daily'),
      id('daily', { timeZone: 'Europe/Berlin' }),
      id('monthly'),
      id('weekly'),
      id('weekly', { weekly: 'monday' }),
      id('weekly', { weekly: 'sunday' }),
    ]
    expect(new Set(different).size).toBe(different.length)
  })
})
