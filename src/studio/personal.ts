/** Takes out of texts what tells who a person is or what their pictures are called. */
import { homedir, hostname, userInfo } from 'node:os'
import { basename } from 'node:path'

/** A folder that texts may name, and what stands for it. */
export type Known = readonly [folder: string, name: string]

/** What is in quotes is a name a person gave, a file of theirs, or a word of a message: it is left out as a whole. */
const quoted = /"[^"\n]{0,2000}"|“[^”\n]{0,2000}”|`[^`\n]{0,2000}`|(?<![\p{L}\d])'[^'\n]{0,2000}'(?!\p{L})/gu
/** A path from the root, with or without a drive, a server or `file://`, and what follows: names of folders have spaces. */
const absolute = /(?:file:\/{2,3})?(?:[A-Za-z]:)?(?<![\w.>~-])[\\/]{1,2}[^\s\\/"'()<>|:;,][^\n"'()<>|:;]*/g
/** `something/with/parts.png`: where it is no file of the studio's own. */
const relative = /(?<![\w<>./-])[^\s\\/"'()<>|:;,]+(?:[\\/][^\s\\/"'()<>|:;,]+)+\.(?:jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic|zip|json|safetensors)\b/gi
const pictureName = /[^\s\\/"'()<>|:;,]+\.(?:jpe?g|jfif|png|webp|avif|gif|tiff?|svg|bmp|heic|zip)\b/gi

/** The person's own names of this computer; short ones would also be found in words. */
const ownNames = (): readonly string[] =>
  [userInfo().username, hostname(), basename(homedir())].filter((name) => name.length > 3 && name !== 'root' && name !== 'localhost')

/**
 * What cleans texts, made once for many of them: a studio may know thousands of names.
 * @param names of data sets, classes, runs: also where they are not in quotes
 */
export function personalRemover(known: readonly Known[], names: readonly string[] = []): (text: string) => string {
  // The longest first: one folder may lie inside another, and one name in another.
  const folders = known.filter(([folder]) => folder.length > 1).toSorted(([a], [b]) => b.length - a.length)
    .map(([folder, name]) => [new RegExp(`${escaped(folder)}(?![\\w])`, 'g'), name] as const)
  const own = [...new Set([...names, ...ownNames()])].filter((each) => each.trim().length > 2).toSorted((a, b) => b.length - a.length)
  const named = own.length === 0 ? null : new RegExp(`(?<![\\p{L}\\d_])(?:${own.map(escaped).join('|')})(?![\\p{L}\\d_])`, 'giu')
  return (text) => {
    let clean = text
    for (const [folder, name] of folders) clean = clean.replaceAll(folder, name)
    clean = clean.replace(quoted, (found) => `${found[0] ?? ''}…${found.at(-1) ?? ''}`)
    if (named !== null) clean = clean.replaceAll(named, '…')
    return clean.replace(absolute, '<path>').replace(relative, '<file>').replace(pictureName, '<file>')
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
