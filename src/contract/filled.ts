/** Texts with values in them. */

const rules = new Intl.PluralRules('en')

/**
 * `{name}` in a text stands for a value, and `{name:picture|pictures}` for the word that goes with it: with one, and with any other
 * number. Chinese needs no such words.
 * @param shown the value as a person reads it, with its unit or without: "1,200", "1 picture"; `bracketed`: a bracket closes behind it
 */
export const filled = (text: string, shown: (name: string, bracketed: boolean) => string): string =>
  text.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}(?=([)）])?)/g, (_, name: string, one: string | undefined, others: string | undefined, bracket: string | undefined) => {
    const value = shown(name, bracket !== undefined)
    return one === undefined ? value : rules.select(countOf(value)) === 'one' ? one : (others ?? '')
  })

/** NaN where it begins with no number: of names and of "1.2M" there may be many. */
const countOf = (shown: string): number => Number(/^[\d,.]+(?![\w,.])/.exec(shown)?.[0].replaceAll(',', '') ?? Number.NaN)

/** "1 picture", "1,200 pictures". */
export const counted = (count: number, one: string, others = `${one}s`): string => filled(`{count} {count:${one}|${others}}`, () => count.toLocaleString('en'))
