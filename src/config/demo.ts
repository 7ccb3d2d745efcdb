import type { SettingsInput } from './settings.ts'

/** What is served where no file says otherwise: every type, for live values and for history. As `kairos.example.yaml`. */
export const demo = {
  timeseries: [
    {
      name: 'latency',
      match: 'latency.**',
      type: 'histogram',
      values: 'float',
      quantize: 5,
      unit: 'ms',
      description:
        'How long something took: insert each duration, read the mean, the 95th percentile or a heat map',
      intervals: {
        minute: { step: '1min', steps: 1440 },
        hour: { step: '1h', steps: 720 },
      },
    },
    {
      name: 'sensor',
      match: ['sensor.**', 'temperature.**'],
      type: 'gauge',
      values: 'float',
      description: 'What an instrument shows: the last reading of each minute, hour and day',
      intervals: {
        minute: { step: '1min', steps: 1440 },
        hour: { step: '1h', steps: 720 },
        day: { step: 'daily', steps: 3650 },
      },
    },
    {
      name: 'visitors',
      match: 'visitors.**',
      type: 'set',
      description: 'Who came: however often the same name is inserted, it counts once',
      intervals: {
        hour: { step: '1h', steps: 168 },
        day: { step: 'daily', steps: 90 },
      },
    },
    {
      name: 'log',
      match: 'log.**',
      type: 'series',
      description: 'What was said, in order: an hour at a time, divided into minutes',
      intervals: {
        hour: { step: '1h', steps: 48, resolution: '1min' },
      },
    },
    {
      name: 'demo-weather',
      match: 'demo.weather.**',
      type: 'gauge',
      values: 'float',
      description: 'Imported: one reading a day, kept for ever',
      intervals: {
        day: { step: 'daily' },
        month: { step: 'monthly', resolution: 'daily' },
      },
    },
    {
      name: 'demo-co2',
      match: 'demo.co2.**',
      type: 'gauge',
      values: 'float',
      unit: 'ppm',
      description: 'Imported: carbon dioxide in the air, one reading a month',
      intervals: {
        month: { step: 'monthly' },
        year: { step: 'yearly', resolution: 'monthly' },
      },
    },
    {
      name: 'demo-quakes',
      match: 'demo.quakes.**',
      type: 'histogram',
      values: 'float',
      quantize: 0.1,
      unit: 'magnitude',
      description: 'Imported: how many earthquakes of which magnitude',
      intervals: {
        hour: { step: '1h' },
        day: { step: 'daily' },
      },
    },
    {
      name: 'demo-flights',
      match: 'demo.flights.**',
      type: 'histogram',
      values: 'integer',
      quantize: 5,
      unit: 'min',
      description: 'Imported: how many flights were how late',
      intervals: {
        hour: { step: '1h' },
        day: { step: 'daily' },
      },
    },
    {
      name: 'everything-else',
      match: '**',
      type: 'count',
      description: 'How often something happened: any other name is a counter',
      intervals: {
        minute: { step: '1min', steps: 1440 },
        hour: { step: '1h', steps: 720 },
      },
    },
  ],
} satisfies SettingsInput
