/** Who a key is meant for. */

/** A field that takes letters. */
export const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=range])'))

/** Something that takes the keys itself is open. */
export const covered = (): boolean => document.querySelector('[role=dialog], [role=menu], [role=combobox][aria-expanded=true]') !== null
