/** `npm run check`: types of every room and of the page, and the table of rooms. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { brokenRoomRules } from './room-rules.ts'
import { projectRoot } from './set-up/project.ts'

const checks: readonly (readonly [string, () => boolean])[] = [
  ['Types', () => runs('typescript/bin/tsc', '-b')],
  ["The page's types", () => runs('svelte-check/bin/svelte-check', '--tsconfig', 'renderer/tsconfig.json', '--fail-on-warnings')],
  ['Rooms', roomsKept],
]

const failed = checks.filter(([name, check]) => {
  console.log(`${name} …`)
  return !check()
})
console.log(failed.length === 0 ? 'All is well.' : `Not in order: ${failed.map(([name]) => name).join(', ')}.`)
process.exitCode = failed.length === 0 ? 0 : 1

function runs(script: string, ...args: readonly string[]): boolean {
  return spawnSync(process.execPath, [join(projectRoot, 'node_modules', script), ...args], { cwd: projectRoot, stdio: 'inherit' }).status === 0
}

function roomsKept(): boolean {
  const broken = brokenRoomRules()
  for (const line of broken) console.error(line)
  return broken.length === 0
}
