/** Rules for classes as they are written on a command line. */
import { StudioError } from '../../base/errors.ts'
import { pictureSize, sizeText, splitParts, type ClassPreview, type ClassRule, type SetNoted, type SplitFolderMeaning } from '../../contract/data.ts'
import { counted } from '../../contract/filled.ts'
import { phrase } from '../../contract/messages.ts'
import { table, thousands } from './output.ts'

const shownProblems = 10
const words: Readonly<Record<string, ClassRule>> = {
  'auto': { kind: 'auto' },
  'none': { kind: 'none' },
  'first-folder': { kind: 'folders', level: 'first' },
  'last-folder': { kind: 'folders', level: 'last' },
  'folders': { kind: 'folders', level: 'path' },
}
export const classesFromHelp = 'auto: files of labels, else folders; first-folder, last-folder; folders: all of them joined; none; or a pattern of names such as "{class}_#" (* any text, # digits)'

export const splitFoldersHelp = 'what folders called train, validation and test are: parts of a split, or classes'

/** @throws `bad-input` naming what it may be */
export function classRule(text: string, splitFolders: SplitFolderMeaning, passOverNotes = false): ClassRule {
  const source = sourceOf(text)
  return { ...source, splitFolders, ...(passOverNotes && source.kind === 'auto' ? { setNotes: 'pass-over' } : {}) }
}

function sourceOf(text: string): ClassRule {
  const known = Object.hasOwn(words, text) ? words[text] : undefined
  if (known !== undefined) return known
  if (text.includes('{class}')) return { kind: 'pattern', pattern: text }
  throw new StudioError('bad-input', `Expected ${Object.keys(words).join(', ')} or a pattern with {class} in it, found "${text}".`)
}

export function describePreview({ total, others, otherExamples, classCount, classes, splitFolders, parts, copies, noted, problems, problemCount }: ClassPreview): string {
  const rows = classes.map(({ name, count, examples }) => [name, count, examples[0] ?? ''])
  return [
    classes.length === 0 ? '' : table(['Class', 'Files', 'For example'], rows),
    classCount > classes.length ? `… and ${counted(classCount - classes.length, 'more class', 'more classes')}` : '',
    `${counted(total, 'file')}, ${counted(classCount, 'class', 'classes')}; without one: ${thousands(others)}${otherExamples[0] === undefined ? '' : `, as "${otherExamples[0]}"`}`,
    parts === null ? '' : `Split: ${splitParts.map((part) => `${part} ${thousands(parts[part])}`).join(', ')}`,
    splitFolders.length === 0 ? '' : `The folders ${splitFolders.map((name) => `"${name}"`).join(', ')} look like a split; --split-folders says whether they are one or classes.`,
    copies === 0 ? '' : counted(copies, 'of them is an augmented copy of another', 'of them are augmented copies of others'),
    noted === null ? '' : describeNoted(noted),
    problemCount === 0 ? '' : `Labels that are not used: ${thousands(problemCount)}`,
    ...problems.slice(0, shownProblems).map(({ path, why }) => `  ${path}: ${phrase(why, 'en')}`),
  ].filter((line) => line !== '').join('\n')
}

/** Of a set that was exported, besides pictures and classes. */
export function describeNoted({ path, settings, split, emptyClasses, crops, recipes }: SetNoted): string {
  const kept = [
    ...(settings === null ? [] : [`${sizeText(pictureSize(settings))}, ${settings.fit}, ${settings.colour === 'palette' ? `palette of ${settings.colours}` : settings.colour}`]),
    ...(split ? ['the split\'s shares and seed'] : []),
    ...(crops === 0 ? [] : [`${thousands(crops)} with a crop box`]),
    ...(recipes === 0 ? [] : [`the recipes of ${counted(recipes, 'augmented copy', 'augmented copies')}`]),
    ...(emptyClasses.length === 0 ? [] : [`classes without pictures: ${emptyClasses.map((name) => `"${name}"`).join(', ')}`]),
  ]
  return `${path} keeps ${kept.length === 0 ? 'nothing for these pictures' : kept.join('; ')}`
}
