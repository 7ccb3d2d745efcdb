import { KairosLayout } from './kairos.ts'
import type { IntervalsOf, Layout, LayoutName } from './layout.ts'
import { PackedLayout } from './packed.ts'

/** Every layout, by its name. */
export const layouts: {
  readonly [N in LayoutName]: new (
    prefix: string,
    intervalsOf: IntervalsOf,
  ) => Layout
} = {
  kairos: KairosLayout,
  packed: PackedLayout,
}

export type {
  Extent,
  Extents,
  KeyWrite,
  Layout,
  LayoutName,
  Located,
  ReadRequest,
  StepCells,
} from './layout.ts'
export { OURS } from './layout.ts'
export { escapeName } from './packed.ts'
