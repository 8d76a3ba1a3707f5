/** How the colours of a data set are taken, and what training options that comes to. */
import type { ColourMode } from './data.ts'
import type { TrainingOptions } from './options.ts'

export const channelsOf = (option: TrainingOptions['channels']): 1 | 3 | 4 | null => ({ auto: null, grey: 1, rgb: 3, rgba: 4 } as const)[option]

/** What a data set's own choice fixes; nothing where its pictures decide. */
export function colourOptions({ colour, colours }: { readonly colour: ColourMode; readonly colours: number }): Partial<Pick<TrainingOptions, 'channels' | 'output' | 'colours'>> {
  switch (colour) {
    case 'as-is':
      return {}
    case 'grey':
    case 'rgb':
    case 'rgba':
      return { channels: colour }
    case 'binary':
      return { channels: 'grey', output: 'binary' }
    case 'palette':
      return { output: 'palette', colours }
  }
}
