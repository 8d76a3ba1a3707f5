/** Rules for classes as they are written on a command line. */
import { StudioError } from '../../base/errors.ts'
import { splitParts, type ClassPreview, type ClassRule, type SplitFolderMeaning } from '../../contract/data.ts'
import { table, thousands } from './output.ts'

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
export function classRule(text: string, splitFolders: SplitFolderMeaning): ClassRule {
  return { ...sourceOf(text), splitFolders }
}

function sourceOf(text: string): ClassRule {
  const known = Object.hasOwn(words, text) ? words[text] : undefined
  if (known !== undefined) return known
  if (text.includes('{class}')) return { kind: 'pattern', pattern: text }
  throw new StudioError('bad-input', `Expected ${Object.keys(words).join(', ')} or a pattern with {class} in it, found "${text}".`)
}

export function describePreview({ total, others, otherExamples, classCount, classes, splitFolders, parts, copies }: ClassPreview): string {
  const rows = classes.map(({ name, count, examples }) => [name, count, examples[0] ?? ''])
  return [
    classes.length === 0 ? '' : table(['Class', 'Files', 'For example'], rows),
    classCount > classes.length ? `… and ${thousands(classCount - classes.length)} more classes` : '',
    `${thousands(total)} files, ${thousands(classCount)} classes; without one: ${thousands(others)}${otherExamples[0] === undefined ? '' : `, as "${otherExamples[0]}"`}`,
    parts === null ? '' : `Split: ${splitParts.map((part) => `${part} ${thousands(parts[part])}`).join(', ')}`,
    splitFolders.length === 0 ? '' : `The folders ${splitFolders.map((name) => `"${name}"`).join(', ')} look like a split; --split-folders says whether they are one or classes.`,
    copies === 0 ? '' : `${thousands(copies)} of them are augmented copies of others`,
  ].filter((line) => line !== '').join('\n')
}
