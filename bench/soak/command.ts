// `npm run soak` runs this; its arguments are checked here.
import { parseArgs } from 'node:util'
import { type Minute, soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    inserts: { type: 'string', default: '5000' },
    batch: { type: 'string', default: '100' },
    series: { type: 'string', default: '1000' },
    subscribers: { type: 'string', default: '1000' },
    windows: { type: 'string', default: '200' },
    rate: { type: 'string', default: '2' },
    reads: { type: 'string', default: '20' },
  },
})

const number = (name: keyof typeof values): number => {
  const value = Number(values[name])
  if (!(value >= 0)) throw new Error(`--${name} is a number, not ${values[name]}`)
  return value
}

const columns: readonly (readonly [title: string, (minute: Minute) => string])[] = [
  ['minute', ({ minute }) => String(minute)],
  ['values/s', ({ inserted }) => shown(inserted)],
  ['insert p50', ({ insert }) => shown(insert.p50)],
  ['p99 ms', ({ insert }) => shown(insert.p99)],
  ['updates/s', ({ frames }) => shown(frames)],
  ['screen p50', ({ screen }) => shown(screen.p50)],
  ['p99 ms', ({ screen }) => shown(screen.p99)],
  ['read p99 ms', ({ read }) => shown(read.p99)],
  ['server MB', ({ server }) => shown(server.megabytes)],
  ['CPU %', ({ server }) => shown(server.cpu)],
  ['Redis MB', ({ redis }) => shown(redis.megabytes)],
  ['CPU %', ({ redis }) => shown(redis.cpu)],
  ['failures', ({ failures }) => failures],
]

function shown(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 100 ? 1 : 0) : '-'
}

const row = (cells: readonly string[]) =>
  cells.map((cell, i) => cell.padStart(columns[i]?.[0].length ?? 0)).join('  ')

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

console.log(row(columns.map(([title]) => title)))
const { wrong, figures } = await soak({
  minutes: number('minutes'),
  load: {
    inserts: number('inserts'),
    batch: number('batch'),
    series: number('series'),
    subscribers: number('subscribers'),
    windows: number('windows'),
    rate: number('rate'),
    reads: number('reads'),
  },
  onMinute: (minute) => console.log(row(columns.map(([, cell]) => cell(minute)))),
})
console.log()
for (const [what, figure] of figures) console.log(`${figure.padStart(24)}  ${what}`)
for (const each of wrong) console.log(`WRONG: ${each}`)
if (wrong.length > 0) process.exitCode = 1
