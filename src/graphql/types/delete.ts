import { builder } from '../builder.ts'
import { badInput } from '../errors.ts'

const DeleteResult = builder.objectRef<{ readonly deleted: number }>('DeleteResult').implement({
  description: 'What was deleted.',
  fields: (t) => ({
    deleted: t.exposeInt('deleted', { description: 'series that existed and are gone' }),
  }),
})

/** Of one request. */
const MOST_NAMES = 1000

builder.mutationField('delete', (t) =>
  t.field({
    type: DeleteResult,
    nullable: true,
    description:
      'Delete every bucket of these series, and of no other. All are authorised before any is deleted.',
    args: {
      names: t.arg.stringList({
        required: true,
        description:
          'of the series, at most 1,000; UNKNOWN_SERIES where no definition matches one, and nothing is deleted',
      }),
    },
    resolve: async (_, { names }, { store }) => {
      if (names.length > MOST_NAMES) throw badInput(`at most ${MOST_NAMES} series are deleted at once`)
      return { deleted: await store.delete(names) }
    },
  }),
)
