/** What the servers of `bench/http.ts` store and read. */
export const POINTS = 1440
export const SERIES = 64

const end = 1_795_435_200
export const range = { start: end - POINTS * 60, steps: POINTS }

export const definitions = [
  {
    name: 'requests',
    match: ['requests.*'],
    type: 'count' as const,
    values: 'integer' as const,
    intervals: [{ name: 'minute', step: '60', timeZone: 'UTC' }],
  },
]

export const limits = {
  maxBuckets: 20_000,
  maxValues: 1_000_000,
  maxCost: 2_000_000,
  maxInserts: 1_000_000,
  maxValueLength: 1024,
}

/** As a configuration file has it. */
export const settings = {
  prefix: 'bench',
  monitor: false,
  timeseries: [
    {
      name: 'requests',
      match: 'requests.*',
      type: 'count',
      values: 'integer',
      intervals: { minute: { step: 60 } },
    },
  ],
}
