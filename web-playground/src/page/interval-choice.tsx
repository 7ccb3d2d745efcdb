import type { Definition } from '../live/known-series.ts'

interface Props {
  readonly intervals: Definition['intervals']
  readonly chosen: string
  choose(interval: string): void
}

export function IntervalChoice({ intervals, chosen, choose }: Props) {
  return (
    <fieldset class="intervals">
      <legend>Interval</legend>
      {intervals.map(({ name }) => (
        <label key={name}>
          <input
            type="radio"
            name="interval"
            value={name}
            checked={name === chosen}
            onChange={() => choose(name)}
          />
          {name}
        </label>
      ))}
    </fieldset>
  )
}
