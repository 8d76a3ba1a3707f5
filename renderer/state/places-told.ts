/** How a look at pictures that were left where they are ended, in one sentence. */
import type { ActivityKind, ActivityResult } from '../../src/contract/data.ts'
import { pictures, t } from '../words.svelte.ts'

export function placesTold(kind: ActivityKind, { pictures: count, whereabouts: of }: Extract<ActivityResult, { readonly kind: 'whereabouts' }>): string {
  const lost = of === null ? 0 : of.gone + of.changed + of.unreadable
  if (kind === 'relink') return count === 0 ? t('foundNone') : t('foundAgain', pictures(count))
  if (kind === 'copy-in') return t('copiedIn', pictures(count))
  return lost === 0 ? t('allThere') : t('someLost', pictures(lost))
}
