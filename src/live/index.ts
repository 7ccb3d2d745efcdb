export { Live, type LiveOptions, type WatchOptions } from './live.ts'
export type { Update } from './watch.ts'
