/** What a field expects, in the language of the page: the browser would say it in its own. */
import { number, t } from '../words.svelte.ts'

let told: HTMLInputElement | null = null

/** On `invalid`, which comes before the browser shows its words. */
export function explainField({ target }: Event): void {
  if (!(target instanceof HTMLInputElement)) return
  forgetField()
  const { validity, min, max, step } = target
  if (min === '' || max === '') {
    if (validity.valueMissing) target.setCustomValidity(t('fieldMissing'))
  } else target.setCustomValidity(t(step === '' ? 'wholeOutOfRange' : 'outOfRange', number(Number(min), 1), number(Number(max))))
  told = target
}
/** Before the person does anything else: what they were told may be mended by then. */
export function forgetField(): void {
  told?.setCustomValidity('')
  told = null
}
