// `npm run faults` runs this; its arguments are checked there.
import { parseArgs } from 'node:util'
import { run } from './run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
  },
})

const say = (line: string) => process.stdout.write(`${line}\n`)

const [seed, minutes, from] = [Number(values.seed), Number(values.minutes), Number(values.from)]
say(`seed ${seed}`)
try {
  const { rounds, counts, slowest } = await run({ seed, minutes, from, log: say })
  say(`\n${rounds} rounds, and every subscriber held what a fresh query gave.`)
  for (const [what, times] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    say(`${String(times).padStart(9)}  ${what}`)
  say('\nMilliseconds until all was right again, at most:')
  for (const [fault, milliseconds] of slowest) say(`${String(milliseconds).padStart(9)}  ${fault}`)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
