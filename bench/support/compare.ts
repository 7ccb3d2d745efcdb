import { performance } from 'node:perf_hooks'

/** What is measured: `run` does `amount` pieces of work. */
export interface Case {
  readonly name: string
  readonly amount: number
  run(): Promise<unknown>
}

/** Milliseconds of one run, over all rounds: the median is quoted, the rest says how noisy the machine was. */
export interface Timing {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Runs the cases in turn, round after round, so that a machine whose speed drifts slows all of them alike. */
export async function timeInTurn(cases: readonly Case[], rounds: number): Promise<Map<string, Timing>> {
  const times = new Map(cases.map(({ name }): [string, number[]] => [name, []]))
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    for (const { name, run } of cases) {
      const start = performance.now()
      await run()
      if (round >= 0) times.get(name)?.push(performance.now() - start)
    }
  }
  return new Map([...times].map(([name, each]) => [name, timing(each)]))
}

/** Prints a row for each case, with its ratio to the first, which is the baseline. */
export async function compare(
  title: string,
  cases: readonly [Case, ...Case[]],
  rounds: number,
): Promise<void> {
  const times = await timeInTurn(cases, rounds)
  const [baseline] = cases
  const perPiece = ({ name, amount }: Case) => (times.get(name)?.median ?? Number.NaN) / amount
  console.log(`\n${title}, ${rounds} rounds`)
  for (const each of cases) {
    const { median, min, max } = times.get(each.name) ?? timing([])
    const ratio = perPiece(baseline) / perPiece(each)
    console.log(
      `  ${each.name.padEnd(44)} ${median.toFixed(3)} ms (${min.toFixed(3)} to ${max.toFixed(3)})  ${rate(each, median)}  ×${ratio.toFixed(2)}`,
    )
  }
}

function rate({ amount }: Case, milliseconds: number): string {
  return `${Math.round((amount / milliseconds) * 1000).toLocaleString('en')}/s`.padStart(12)
}

function timing(times: readonly number[]): Timing {
  const ascending = [...times].sort((a, b) => a - b)
  const at = (share: number) => ascending[Math.floor((ascending.length - 1) * share)] ?? Number.NaN
  return { median: at(0.5), min: at(0), max: at(1) }
}
