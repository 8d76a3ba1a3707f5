/** What comes with a set that was exported, besides pictures and classes: a few words each. */
import { pictureSize, type SetNoted } from '../../src/contract/data.ts'
import { colouring, fitting, number, pixels, t } from '../words.svelte.ts'

const mostNamed = 5

export function notedText({ settings, split, emptyClasses, crops, recipes }: SetNoted): readonly string[] {
  const named = emptyClasses.slice(0, mostNamed).join(t('between'))
  return [
    ...(settings === null ? [] : [[pixels(pictureSize(settings)), fitting(settings.fit), settings.colour === 'palette' ? t('paletteOf', settings.colours) : colouring(settings.colour)].join(t('between'))]),
    ...(split ? [t('notedSplit')] : []),
    ...(crops === 0 ? [] : [t('notedCrops', number(crops))]),
    ...(recipes === 0 ? [] : [t('notedRecipes', number(recipes))]),
    ...(emptyClasses.length === 0 ? [] : [t(emptyClasses.length > mostNamed ? 'notedManyClasses' : 'notedClasses', named, number(emptyClasses.length))]),
  ]
}
