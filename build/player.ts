/**
 * Builds the page that generates (`src/player`) into one file, `assets/player.html`, which exports
 * fill with a model. It is kept in the repository, so that every way of running the studio has it; a test
 * builds it anew and compares.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './set-up/project.ts'

const folder = join(projectRoot, 'src', 'player')
export const playerFile = join(projectRoot, 'assets', 'player.html')

export async function buildPlayer(): Promise<string> {
  const { rolldown } = await import('rolldown')
  const built = await rolldown({ input: join(folder, 'main.ts'), platform: 'browser' })
  const { output: [{ code }] } = await built.generate({ format: 'iife', minify: true })
  await built.close()
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  // As functions: a dollar sign in them means nothing.
  return read('player.html')
    .replace('/*STYLE*/', () => read('player.css').replaceAll(/\n\s*/g, ''))
    .replace('/*SCRIPT*/', () => code.trim().replaceAll('</script', '<\\/script'))
}

if (process.argv[1] === import.meta.filename) writeFileSync(playerFile, await buildPlayer())
