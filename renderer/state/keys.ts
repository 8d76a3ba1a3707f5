/** Who a key is meant for. */

/** A field that takes letters. */
export const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=range])'))

/** A list to choose from takes the keys itself. */
export const choosing = (): boolean => document.querySelector('[role=menu], [role=combobox][aria-expanded=true]') !== null

/** Something that takes the keys itself is open. */
export const covered = (): boolean => choosing() || document.querySelector('[role=dialog]') !== null
