// What was really recorded, from the npm package vega-datasets, as values for series.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { root } from '../setup/project.mjs'

/** @typedef {{ name: string, value: number, timestamp: number }} Insert `timestamp` in Unix seconds */

/** @param {string} file */
const read = async (file) => await readFile(join(root, 'node_modules/vega-datasets/data', file), 'utf8')

/** @param {string} text a date, or a date and time, in UTC */
const seconds = (text) =>
  Date.parse(text.length > 10 ? `${text.replaceAll('/', '-').replace(' ', 'T')}Z` : `${text}T00:00:00Z`) /
  1000

/** @param {string} file @returns {Promise<Record<string, string>[]>} */
const rows = async (file) => parse(await read(file), { columns: true })

/** Weather of Seattle, 2012 to 2015: a reading a day. @returns {Promise<Insert[]>} */
async function weather() {
  const columns = {
    'temperature-max': 'temp_max',
    'temperature-min': 'temp_min',
    precipitation: 'precipitation',
    wind: 'wind',
  }
  return (await rows('seattle-weather.csv')).flatMap((row) =>
    Object.entries(columns).map(([name, column]) => ({
      name: `demo.weather.${name}`,
      value: Number(row[column]),
      timestamp: seconds(row.date ?? ''),
    })),
  )
}

/** Carbon dioxide on Mauna Loa since 1958: a reading a month. @returns {Promise<Insert[]>} */
async function co2() {
  return (await rows('co2-concentration.csv')).map((row) => ({
    name: 'demo.co2.mauna-loa',
    value: Number(row.CO2),
    timestamp: seconds(row.Date ?? ''),
  }))
}

/** Earthquakes of one week in 2018, by magnitude. @returns {Promise<Insert[]>} */
async function quakes() {
  /** @type {{ features: { properties: { mag: number | null, time: number } }[] }} */
  const { features } = JSON.parse(await read('earthquakes.json'))
  return features.flatMap(({ properties: { mag, time } }) =>
    mag === null ? [] : [{ name: 'demo.quakes.world', value: mag, timestamp: time / 1000 }],
  )
}

/** Flights within the United States in early 2001, by delay in minutes. @returns {Promise<Insert[]>} */
async function flights() {
  /** @type {{ date: string, delay: number }[]} */
  const all = JSON.parse(await read('flights-20k.json'))
  return all.map(({ date, delay }) => ({
    name: 'demo.flights.delay',
    value: delay,
    timestamp: seconds(date),
  }))
}

/** @returns {Promise<Insert[]>} */
export async function recordedSeries() {
  return (await Promise.all([weather(), co2(), quakes(), flights()])).flat()
}
