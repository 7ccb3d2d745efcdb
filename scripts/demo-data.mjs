// `npm run demo:data`: gives a running server series that were really recorded, as any collector would: `insertMany`
// over HTTP. Every batch has an id, so that a second run within a day changes nothing.
import { parseArgs } from 'node:util'
import { Failure, runCommand } from './setup/failure.mjs'
import { setup } from './setup.mjs'

/** Values of one request, well below the server's `maxInserts`. */
const BATCH = 5000

const MUTATION = `mutation ImportDemoData($inserts: [InsertInput!]!, $id: ID!) {
  insertMany(inserts: $inserts, id: $id) { inserted expired duplicate }
}`

await runCommand(async () => {
  const url = urlOf(process.argv.slice(2))
  await setup()
  const { recordedSeries } = await import('./demo-data/recorded-series.mjs')
  const { progress } = await import('./demo-data/progress.mjs')
  const inserts = await recordedSeries()
  const bar = progress(inserts.length)
  let known = 0
  for (let from = 0; from < inserts.length; from += BATCH) {
    const batch = inserts.slice(from, from + BATCH)
    const { duplicate, expired } = await send(url, batch, `demo-data-${from}`)
    if (expired > 0)
      throw new Failure(
        'This server does not keep values that old: run it with the built-in demo configuration.',
      )
    if (duplicate) known += batch.length
    bar.show(from + batch.length)
  }
  const { seconds, speed } = bar.end()
  const series = new Set(inserts.map(({ name }) => name))
  console.log(
    `${inserts.length.toLocaleString('en')} values in ${series.size} series, in ${seconds} s: ${speed} a second.`,
  )
  if (known > 0) console.log(`${known.toLocaleString('en')} of them were there already.`)
  console.log(
    'Try: { series(name: "demo.weather.temperature-max", interval: "month", start: "2012-01-01T00:00:00Z", steps: 12, condensed: true) { buckets { timestamp mean max } } }',
  )
})

/** @param {string[]} args */
function urlOf(args) {
  try {
    const url = { type: /** @type {const} */ ('string'), default: 'http://localhost:4000/graphql' }
    return parseArgs({ args, options: { url } }).values.url
  } catch {
    throw new Failure("Only --url is understood here, followed by a server's address.")
  }
}

/**
 * @param {string} url
 * @param {readonly object[]} inserts
 * @param {string} id
 * @returns {Promise<{ inserted: number, expired: number, duplicate: boolean }>}
 */
async function send(url, inserts, id) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: MUTATION, variables: { inserts, id } }),
  }).catch(() => {
    throw new Failure(
      `No server answers at ${url}: run \`npm start\` in another terminal first, or give its address with --url.`,
    )
  })
  const { data, errors } = await response
    .json()
    .catch(() => ({ errors: [{ message: `it answered ${response.status}` }] }))
  if (errors) throw new Failure(`The server refused the values: ${errors[0]?.message}`)
  return data.insertMany
}
