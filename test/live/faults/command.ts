// `npm run faults` runs this; its arguments are checked here.
import { parseArgs } from 'node:util'
import { run, WORLDS } from './run.ts'

const { values } = parseArgs({
  options: {
    world: { type: 'string', default: 'layouts' },
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
})

const say = (line: string) => process.stdout.write(`${line}\n`)
const table = (rows: Iterable<readonly [what: string, number: number]>) => {
  for (const [what, number] of rows) say(`${String(number).padStart(9)}  ${what}`)
}

// What was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const number = (name: 'seed' | 'minutes' | 'from'): number => {
  const value = Number(values[name])
  if (!(value >= 0)) throw new Error(`--${name} is a number, not ${values[name]}`)
  return value
}

const [seed, minutes, from] = [number('seed'), number('minutes'), number('from')]
say(`seed ${seed}`)
const world = (Object.keys(WORLDS) as (keyof typeof WORLDS)[]).find((name) => name === values.world)
if (!world) throw new Error(`--world is one of ${Object.keys(WORLDS).join(', ')}`)
try {
  const { rounds, counts, slowest } = await run({
    world,
    seed,
    minutes,
    from,
    only: new RegExp(values.only),
    log: say,
  })
  say(`\n${rounds} rounds, after each of which every watcher held what a fresh query gave:`)
  table([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  say('\nMilliseconds from when nothing was wrong any more until it was seen to, at most:')
  table(slowest)
} catch (error) {
  say(`\n${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
