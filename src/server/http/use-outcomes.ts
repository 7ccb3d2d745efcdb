import type { Plugin } from 'graphql-yoga'
import type { Operations } from '../operations/operations.ts'

/** Counts what yoga answers without anything having been executed. */
export function useOutcomes({ outcomes, present }: Operations): Plugin {
  return {
    onResultProcess({ result }) {
      if ('errors' in result && !('data' in result))
        outcomes.count(
          'unknown',
          result.errors?.map((error) => present(error)),
        )
    },
  }
}
