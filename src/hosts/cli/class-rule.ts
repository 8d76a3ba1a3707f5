/** Rules for classes as they are written on a command line. */
import { StudioError } from '../../base/errors.ts'
import type { ClassPreview, ClassRule } from '../../contract/data.ts'
import { table, thousands } from './output.ts'

const words: Readonly<Record<string, ClassRule>> = {
  'auto': { kind: 'auto' },
  'none': { kind: 'none' },
  'first-folder': { kind: 'folders', level: 'first' },
  'last-folder': { kind: 'folders', level: 'last' },
  'folders': { kind: 'folders', level: 'path' },
}
export const classesFromHelp = 'auto: files of labels, else folders; first-folder, last-folder; folders: all of them joined; none; or a pattern of names such as "{class}_#" (* any text, # digits)'

/** @throws `bad-input` naming what it may be */
export function classRule(text: string): ClassRule {
  const known = Object.hasOwn(words, text) ? words[text] : undefined
  if (known !== undefined) return known
  if (text.includes('{class}')) return { kind: 'pattern', pattern: text }
  throw new StudioError('bad-input', `Expected ${Object.keys(words).join(', ')} or a pattern with {class} in it, found "${text}".`)
}

export function describePreview({ total, others, otherExamples, classCount, classes }: ClassPreview): string {
  const rows = classes.map(({ name, count, examples }) => [name, count, examples[0] ?? ''])
  return [
    classes.length === 0 ? '' : table(['Class', 'Files', 'For example'], rows),
    classCount > classes.length ? `… and ${thousands(classCount - classes.length)} more classes` : '',
    `${thousands(total)} files, ${thousands(classCount)} classes; without one: ${thousands(others)}${otherExamples[0] === undefined ? '' : `, as "${otherExamples[0]}"`}`,
  ].filter((line) => line !== '').join('\n')
}
