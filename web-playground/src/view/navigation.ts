import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { addressOf, readAddress } from './address.ts'
import type { ChartView, View } from './view.ts'

/** What the page shows, kept in the address bar. */
export interface Navigation {
  readonly view: ReadonlySignal<View>
  /** whether the address says which charts; else they are those of `choice` */
  readonly chosen: ReadonlySignal<boolean>
  /** charts of the address beyond the most that are shown */
  readonly leftOut: ReadonlySignal<number>
  /** Shows another view, to which the browser's back button leads; `replacing` the one before it does not. */
  go(view: View, options?: { readonly replacing: boolean }): void
  close(): void
}

/** `choice` are the charts that are shown where the address names none. */
export function navigate(choice: ReadonlySignal<readonly ChartView[]>): Navigation {
  const address = signal(readAddress(location.search))
  const returned = () => {
    address.value = readAddress(location.search)
  }
  addEventListener('popstate', returned)
  return {
    view: computed(() => {
      const { view, chosen } = address.value
      return chosen ? view : { ...view, charts: choice.value }
    }),
    chosen: computed(() => address.value.chosen),
    leftOut: computed(() => address.value.leftOut),
    go: (view, { replacing } = { replacing: false }) => {
      address.value = { view, chosen: true, leftOut: 0 }
      const query = addressOf(view)
      if (replacing) history.replaceState(null, '', query)
      else history.pushState(null, '', query)
    },
    close: () => removeEventListener('popstate', returned),
  }
}
