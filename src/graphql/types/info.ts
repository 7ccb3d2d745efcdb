import type {
  Bucket as BucketModel,
  Definition as DefinitionModel,
  Extent,
  Interval as IntervalModel,
} from '../../kairos/index.ts'
import { builder } from '../builder.ts'
import type { Context } from '../context.ts'
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

/** One stored series; what is known of its intervals is read once, when it is asked for. */
export class SeriesInfoModel {
  readonly name: string
  readonly definition: DefinitionModel
  readonly #context: Context
  #extents: Promise<ExtentModel[]> | undefined

  /** Throws UNKNOWN_SERIES, BAD_USER_INPUT. */
  constructor(name: string, context: Context) {
    this.name = name
    this.definition = context.store.definitionOf(name)
    this.#context = context
  }

  /** Of those intervals that hold data, the finest first. */
  extents(): Promise<ExtentModel[]> {
    this.#extents ??= this.#readExtents()
    return this.#extents
  }

  /** The newest bucket that holds data, of the finest interval unless named. Throws UNKNOWN_INTERVAL. */
  async latest(interval = this.definition.intervals[0]?.name ?? ''): Promise<BucketModel | null> {
    const selection = this.#context.store.select(this.name, interval)
    const extent = (await this.extents()).find((each) => each.interval.name === interval)
    if (!extent) return null
    const buckets = await selection.read([extent.last])
    return buckets.findLast((bucket) => !bucket.empty) ?? null
  }

  async #readExtents(): Promise<ExtentModel[]> {
    const extents = await this.#context.store.extents(this.name)
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
      resolve: (info, { interval }) => info.latest(interval ?? undefined),
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
      const info = new SeriesInfoModel(name, context)
      return (await info.extents()).length === 0 ? null : info
    },
  }),
)
