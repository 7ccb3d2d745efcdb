export { isCursor } from './cursor.ts'
export { Live, WindowsFull } from './live.ts'
export { Watch, type Watcher } from './watch.ts'
export type { Update } from './window.ts'
