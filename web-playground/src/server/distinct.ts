import { computed, type ReadonlySignal } from '@preact/signals'

/** A computed signal that keeps its value, and tells nobody, where the next is the same. */
export function distinct<T>(compute: () => T, isSame: (a: T, b: T) => boolean): ReadonlySignal<T> {
  let held: { readonly value: T } | null = null
  return computed(() => {
    const value = compute()
    if (!held || !isSame(held.value, value)) held = { value }
    return held.value
  })
}
