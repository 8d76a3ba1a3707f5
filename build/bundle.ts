/**
 * Builds what the window, the browser and the packages load, into dist/:
 *   renderer/   the page (vite)
 *   electron/   main and preload: CommonJS, old enough for the test runtime's Node 16
 *   icons/      of the window and the packages
 *   studio/     the studio process, the engine process and the decoder process: ES modules for Node 24
 * Packages of node_modules stay outside the bundles of Node.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { filesBelow } from './set-up/files.ts'
import { projectRoot } from './set-up/project.ts'

const dist = join(projectRoot, 'dist')
const stampFile = join(dist, 'sources.sha256')
const sources = ['src', 'electron', 'renderer', 'assets', 'build/bundle.ts', 'build/icons.ts', 'package-lock.json']

const processEntries = {
  'studio-process': join(projectRoot, 'electron', 'studio-process.ts'),
  'engine-process': join(projectRoot, 'src', 'studio', 'engine-process.ts'),
  'decoder-process': join(projectRoot, 'src', 'studio', 'decoder-process.ts'),
}

/** Bundles unless the sources are the same as last time. */
export async function bundle(): Promise<void> {
  const stamp = hashOfSources()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  console.log('Building the studio …')
  rmSync(dist, { recursive: true, force: true })
  await bundlePage()
  await bundleElectron()
  await bundleProcesses()
  await (await import('./icons.ts')).makeIcons()
  writeFileSync(stampFile, stamp)
}

async function bundlePage(): Promise<void> {
  // The bundlers are loaded only where there is something to build: a start takes seconds without them.
  const { build } = await import('vite')
  await build({
    configFile: join(projectRoot, 'renderer', 'vite.config.ts'),
    logLevel: 'warn',
    // The page comes from this computer: one large file is as quick as many.
    build: { chunkSizeWarningLimit: 4000 },
  })
}

async function bundleElectron(): Promise<void> {
  const { rolldown } = await import('rolldown')
  const folder = join(projectRoot, 'electron')
  for (const name of ['main', 'preload']) {
    const built = await rolldown({
      input: join(folder, `${name}.ts`),
      external: ['electron', ...builtins],
      platform: 'node',
      transform: { target: 'node16' },
    })
    await built.write({ file: join(dist, 'electron', `${name}.cjs`), format: 'cjs' })
    await built.close()
  }
}

async function bundleProcesses(): Promise<void> {
  const { rolldown } = await import('rolldown')
  const built = await rolldown({
    input: processEntries,
    external: (id) => builtins.includes(id) || isPackage(id),
    platform: 'node',
  })
  await built.write({
    dir: join(dist, 'studio'),
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  })
  await built.close()
}

const builtins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)]
const isPackage = (id: string): boolean => /^(@[\w-]|[a-z])/i.test(id) && !/^[a-z]:[\\/]/i.test(id)

function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of filesBelow(source)) hash.update(file).update('\0').update(readFileSync(join(projectRoot, file)))
  }
  return hash.digest('hex')
}

if (process.argv[1] === import.meta.filename) await bundle()
