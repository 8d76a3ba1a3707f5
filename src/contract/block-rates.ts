/**
 * Learning rates of single blocks, as one text: `D.picture=0 G=0.5`. A name is a network (`G`, `D`)
 * or one of its blocks (`D.stage16`), the number its share of the network's learning rate; 0 freezes.
 */
export type BlockRates = ReadonlyMap<string, number>

export const highestBlockRate = 10
/** As much text as all blocks of the deepest network need. */
const longest = 2000
const entry = /^([GD](?:\.[A-Za-z0-9]+)?)=(\d+(?:\.\d+)?(?:e-\d+)?)$/

/** Entries with spaces or commas between them; null where it is no such text. */
export function parseBlockRates(text: string): BlockRates | null {
  if (text.length > longest) return null
  const rates = new Map<string, number>()
  for (const word of text.split(/[\s,]+/).filter((one) => one !== '')) {
    const [, name = '', rate = ''] = entry.exec(word) ?? []
    if (name === '' || rates.has(name) || Number(rate) > highestBlockRate) return null
    rates.set(name, Number(rate))
  }
  return rates
}

export const blockRatesText = (rates: BlockRates): string => [...rates].map(([name, rate]) => `${name}=${rate}`).join(' ')

/** Of a block: its own, else its network's, else 1. */
export const rateOfBlock = (rates: BlockRates, block: string): number => rates.get(block) ?? rates.get(block.slice(0, 1)) ?? 1
