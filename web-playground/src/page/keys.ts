/** What a key does, wherever the focus is but where text is typed. */
export type Keys = Readonly<Record<string, () => void>>

/** Listens for keys without modifiers, until the function that is returned is called. */
export function listenForKeys(keys: Keys): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyped(event) || document.querySelector(':popover-open')) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }
  addEventListener('keydown', pressed)
  return () => removeEventListener('keydown', pressed)
}

/** Whether the key belongs to what has the focus. Escape does only where there is a search to be emptied. */
function isTyped({ target, key }: KeyboardEvent): boolean {
  if (key === 'Escape')
    return target instanceof HTMLInputElement && target.type === 'search' && target.value !== ''
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type)
  // A choice is found by typing, too.
  if (target instanceof HTMLSelectElement) return true
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
}
