import type {
  Bucket as BucketModel,
  Definition as DefinitionModel,
  Extent,
  Extents,
  Interval as IntervalModel,
} from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
import { type Asked, askedOfBucket } from '../cost.ts'
import { readStep } from '../reads.ts'
import { Bucket } from './bucket.ts'
import { Definition, Interval } from './definition.ts'

interface ExtentModel extends Extent {
  readonly interval: IntervalModel
}

const IntervalExtent = builder.objectRef<ExtentModel>('IntervalExtent').implement({
  description: 'From when to when an interval holds data.',
  fields: (t) => ({
    interval: t.expose('interval', { type: Interval, description: 'the interval that this is about' }),
    first: t.expose('first', {
      type: 'Timestamp',
      description: 'start of the oldest bucket that holds data',
    }),
    last: t.expose('last', { type: 'Timestamp', description: 'start of the newest bucket that holds data' }),
  }),
})

/** From when to when each of several series holds data: read once for all of them, when one is asked. */
class SharedExtents {
  readonly #read: () => Promise<Extents>
  #reading: Promise<Extents> | undefined

  constructor(names: readonly string[], { store }: Context) {
    this.#read = () => store.extents(names)
  }

  async of(name: string): Promise<ReadonlyMap<string, Extent>> {
    this.#reading ??= this.#read()
    return (await this.#reading).get(name) ?? new Map()
  }
}

/** One stored series. */
export class SeriesInfoModel {
  readonly name: string
  readonly definition: DefinitionModel
  readonly #context: Context
  readonly #extents: SharedExtents

  private constructor(name: string, context: Context, extents: SharedExtents) {
    this.name = name
    this.definition = context.store.definitionOf(name)
    this.#context = context
    this.#extents = extents
  }

  /** Several, of which what is known is read together. Throws UNKNOWN_SERIES, BAD_USER_INPUT. */
  static all(names: readonly string[], context: Context): SeriesInfoModel[] {
    const extents = new SharedExtents(names, context)
    return names.map((name) => new SeriesInfoModel(name, context, extents))
  }

  /** The newest bucket that holds data, of the finest interval unless named. Throws UNKNOWN_INTERVAL, RANGE_TOO_LARGE. */
  async latest(
    interval = this.definition.intervals[0]?.name ?? '',
    asked: Asked,
  ): Promise<BucketModel | null> {
    this.#context.store.select(this.name, interval)
    const extent = (await this.#extents.of(this.name)).get(interval)
    if (!extent) return null
    const { buckets } = await readStep(
      this.#context,
      { name: this.name, interval, start: extent.last },
      asked,
    )
    return buckets.findLast((bucket) => !bucket.empty) ?? null
  }

  /** Of those intervals that hold data, the finest first. */
  async extents(): Promise<ExtentModel[]> {
    const extents = await this.#extents.of(this.name)
    return this.definition.intervals.flatMap((interval) => {
      const extent = extents.get(interval.name)
      return extent ? [{ interval, ...extent }] : []
    })
  }
}

export const SeriesInfo = builder.objectRef<SeriesInfoModel>('SeriesInfo').implement({
  description: 'One stored series, as the catalogue knows it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'as it was written, and as `series` takes it' }),
    definition: t.expose('definition', {
      type: Definition,
      description: 'the rule that decides over it: its type, unit and intervals',
    }),
    extents: t.field({
      type: [IntervalExtent],
      description: 'of the intervals that hold data, the finest first',
      resolve: (info) => info.extents(),
    }),
    latest: t.field({
      type: Bucket,
      nullable: true,
      description: 'the newest bucket that holds data, of the finest interval unless named',
      args: {
        interval: t.arg.string({
          description:
            "one of the definition's intervals, by name, else UNKNOWN_INTERVAL; absent: the finest",
        }),
      },
      resolve: (series, { interval }, _, info) => series.latest(interval ?? undefined, askedOfBucket(info)),
    }),
  }),
})

builder.queryField('info', (t) =>
  t.field({
    type: SeriesInfo,
    nullable: true,
    description: 'One stored series; null where nothing is stored under the name.',
    args: {
      name: t.arg.string({
        required: true,
        description: 'of the series; UNKNOWN_SERIES where no definition matches it',
      }),
    },
    resolve: async (_, { name }, context) => {
      const [info] = SeriesInfoModel.all([name], context)
      return info && (await info.extents()).length > 0 ? info : null
    },
  }),
)
