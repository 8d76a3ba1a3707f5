import type { LostPictures } from '../../src/contract/data.ts'
import { number, t, tell } from '../words.svelte.ts'

/** Which pictures an export went without and why, a line each. */
export const lostText = ({ count, first }: LostPictures): string =>
  [...first.map(({ path, why }) => t('pair', path, tell(why))), ...(first.length < count ? [t('firstProblems', number(first.length))] : [])].join('\n')
