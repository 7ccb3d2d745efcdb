import { type Signal, signal } from '@preact/signals'

/** How the page is coloured: as the system is, or always so. */
export type Theme = 'system' | 'light' | 'dark'

export const themes: readonly Theme[] = ['system', 'light', 'dark']

/** As in `public/theme.js`, which sets what was chosen before anything is painted. */
const key = 'kairos.theme'

const held = localStorage.getItem(key)
const chosen = signal<Theme>(themes.find((theme) => theme === held) ?? 'system')

export const theme: Pick<Signal<Theme>, 'value'> = {
  get value() {
    return chosen.value
  },
  set value(next) {
    chosen.value = next
    localStorage.setItem(key, next)
    document.documentElement.dataset.theme = next
  },
}
