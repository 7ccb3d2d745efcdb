import type { TypedDocumentString } from 'kairos/client/documents'
import type { Timed, Update } from './merge.ts'

export type LiveVariables = { name: string; interval: string; after?: string | null | undefined }

/** A subscription whose result is `series: SeriesUpdate`, with whichever fields of a bucket it asks for. */
export type LiveDocument<Bucket extends Timed> = TypedDocumentString<
  { series: Update<Bucket> },
  LiveVariables
>
