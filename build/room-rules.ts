/**
 * The table of rooms in docs/architecture.md, as rules: which files may import which. A row names
 * a folder or one file; the longest row that fits a file is its own.
 */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { filesBelow } from './set-up/files.ts'
import { projectRoot } from './set-up/project.ts'

export interface Room {
  /** `src/base/`, or one file. */
  readonly path: string
  /** Beginnings of paths its files may import, its own not among them. */
  readonly mayImport: readonly string[]
}

const heading = '| room | holds | may import |'

/** @throws Error naming the cell that names no room. */
export function readRooms(markdown: string): readonly Room[] {
  const lines = markdown.split('\n')
  const start = lines.indexOf(heading)
  if (start < 0) throw new Error(`docs/architecture.md has no table that begins with "${heading}".`)
  const rooms: Room[] = []
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break
    const [path = '', , rule = ''] = line.split('|').slice(1).map((cell) => cell.trim())
    rooms.push({ path: unquoted(path), mayImport: readRule(rule, rooms) })
  }
  return rooms
}

function readRule(rule: string, above: readonly Room[]): readonly string[] {
  if (rule === 'nothing') return []
  return rule.split(',').flatMap((part) => {
    const name = part.trim()
    if (name === 'all above') return above.map(({ path }) => path)
    if (name.startsWith('`')) return [unquoted(name)]
    if (!/^[a-z]+$/.test(name)) throw new Error(`"${name}" in the table of rooms names no room. Write a room's name, "nothing", "all above", or a path in backticks.`)
    return [`src/${name}/`]
  })
}

const unquoted = (cell: string): string => cell.replaceAll('`', '')

/** One line for each import that the table does not allow. */
export function brokenRoomRules(rooms = readRooms(readFileSync(join(projectRoot, 'docs', 'architecture.md'), 'utf8'))): readonly string[] {
  const files = ['src', 'electron', 'renderer', 'build'].flatMap((folder) => filesBelow(folder)).filter((file) => /\.(ts|svelte|mjs)$/.test(file))
  return files.flatMap((file) => {
    const room = roomOf(file, rooms)
    if (room === undefined) return [`${file} is in no room of the table.`]
    return importsOf(file)
      .filter((target) => !sameRoom(file, target, rooms) && !room.mayImport.some((start) => target.startsWith(start)))
      .map((target) => `${file} imports ${target}, which ${room.path} may not.`)
  })
}

const roomOf = (file: string, rooms: readonly Room[]): Room | undefined =>
  rooms.filter(({ path }) => file.startsWith(path)).sort((a, b) => b.path.length - a.path.length)[0]

/** Of the same folder of the table; a file with a row of its own is still in its folder. */
const sameRoom = (file: string, target: string, rooms: readonly Room[]): boolean =>
  rooms.some(({ path }) => path.endsWith('/') && file.startsWith(path) && target.startsWith(path))

/** What a file imports of the project, as paths from its root; packages are left out. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(projectRoot, file), 'utf8')
  const script = file.endsWith('.svelte') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text
  return ts.preProcessFile(script, true, true).importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => posix.join(posix.dirname(file), fileName))
}
