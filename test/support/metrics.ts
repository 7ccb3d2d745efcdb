/** What `/metrics` says at one moment. */
export interface Metrics {
  readonly status: number
  readonly text: string
  /** Of every metric, whether it has a value now or not. */
  readonly names: readonly string[]
  /** Names with their labels, as they are written there. */
  readonly samples: readonly string[]
  /** What stands behind `name`, or `name{label="value"}` as it is written there; undefined where it does not. */
  value(sample: string): number | undefined
}

export async function readMetrics(url: string, token?: string): Promise<Metrics> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/metrics`, { headers })
  const text = await response.text()
  const lines = text.split('\n')
  return {
    status: response.status,
    text,
    samples: lines.flatMap((line) => /^(\w.*) \S+$/.exec(line)?.[1] ?? []),
    names: lines.flatMap((line) => /^# HELP (\S+)/.exec(line)?.[1] ?? []),
    value(sample) {
      const line = lines.find((each) => each.startsWith(`${sample} `))
      return line === undefined ? undefined : Number(line.slice(sample.length + 1))
    },
  }
}

/** How much each sample has grown by `work`; what was not there before began at 0. */
export async function growth(
  url: string,
  samples: readonly string[],
  work: () => Promise<unknown>,
): Promise<number[]> {
  const before = await readMetrics(url)
  await work()
  const after = await readMetrics(url)
  return samples.map((sample) => (after.value(sample) ?? Number.NaN) - (before.value(sample) ?? 0))
}
