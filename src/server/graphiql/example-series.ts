import type { Definition, Store } from '../../kairos/index.ts'

/** A name for which there may be data, and what decides over it. */
export interface ExampleSeries {
  readonly name: string
  readonly definition: Definition
}

/** The series that examples are about. */
export interface ExampleSubjects {
  /** one of each type that a definition has and there is a name for, in the order of the definitions */
  readonly series: readonly ExampleSeries[]
  /** one to write to for a try; undefined where no definition allows for it */
  readonly scratch: ExampleSeries | undefined
}

/** Examples that name none of the server's series. */
export const noSubjects: ExampleSubjects = { series: [], scratch: undefined }

/** Names that are looked through for one that is stored. */
const NAMES = 1000

/**
 * For each type a series that is stored, or is named by a definition; else a name that is made up after a pattern.
 * Where Redis cannot be asked nothing counts as stored.
 */
export async function subjectsOf(store: Store): Promise<ExampleSubjects> {
  const names: string[] = await store.names(NAMES).catch(() => [])
  const stored = names.flatMap((name) => seriesNamed(store, name))
  const known = store.definitions.flatMap((definition) => {
    const plain = definition.match.filter((pattern) => !pattern.includes('*'))
    const named = plain.flatMap((name) => seriesNamed(store, name))
    return [...stored, ...named].find((series) => series.definition === definition) ?? []
  })
  const madeUp = store.definitions.flatMap((definition) => {
    const names = definition.match.map((pattern) => pattern.replaceAll(/\*+/g, 'example'))
    const series = names.flatMap((name) => seriesNamed(store, name))
    return series.find((each) => each.definition === definition) ?? []
  })
  const types = new Set(store.definitions.map(({ type }) => type))
  return {
    series: [...types].flatMap(
      (type) => [...known, ...madeUp].find(({ definition }) => definition.type === type) ?? [],
    ),
    scratch: madeUp.find(isScratch),
  }
}

/** Whether whatever is inserted for a try goes by itself, into a series that no definition names. */
function isScratch({ name, definition: { match, intervals } }: ExampleSeries): boolean {
  return !match.includes(name) && intervals.every(({ steps }) => steps !== null)
}

/** None where no definition covers the name, or it cannot be one. */
function seriesNamed(store: Store, name: string): ExampleSeries[] {
  try {
    return [{ name, definition: store.definitionOf(name) }]
  } catch {
    return []
  }
}
