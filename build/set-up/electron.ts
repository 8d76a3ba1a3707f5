/** The runtime of the desktop window: found, or fetched once by Electron's own installer. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { recentFailure, rememberFailure } from './attempts.ts'
import { isExecutable, runVisibly } from './command.ts'

const packageFile = createRequire(import.meta.url).resolve('electron/package.json')
const packageFolder = dirname(packageFile)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string }

const what = `electron-${version}`
const connectMs = 8000
const downloadMs = 20 * 60_000

export type ElectronSearch = { readonly executable: string } | { readonly missing: string }

/** Never throws: without a window the studio opens in the browser. */
export async function findOrFetchElectron(): Promise<ElectronSearch> {
  const installed = findElectron()
  if (installed !== null) return { executable: installed }
  const missing = recentFailure(what) ?? (await fetchElectron())
  if (missing !== null) return { missing: `${missing} To try again: npx install-electron` }
  const executable = findElectron()
  return executable === null ? { missing: 'It was fetched but cannot be started. Delete node_modules/electron and start again.' } : { executable }
}

/** Of the npm package, or of the folder named by ELECTRON_OVERRIDE_DIST_PATH as that package has it. */
function findElectron(): string | null {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const inside = existsSync(join(packageFolder, 'path.txt')) ? readFileSync(join(packageFolder, 'path.txt'), 'utf8') : null
  if (named === undefined && inside === null) return null
  const executable = join(named ?? join(packageFolder, 'dist'), inside ?? 'electron')
  return isExecutable(executable) ? executable : null
}

/** @returns why it could not be had, which is remembered; null where it is there now. */
async function fetchElectron(): Promise<string | null> {
  console.log(`Fetching the runtime of the window, Electron ${version} (about 120 MB, once) …`)
  const failure = (await reachable()) ? await runInstaller() : "Electron's download server cannot be reached from here."
  if (failure !== null) rememberFailure(what, failure)
  return failure
}

async function runInstaller(): Promise<string | null> {
  try {
    await runVisibly(process.execPath, [join(packageFolder, 'install.js')], { timeoutMs: downloadMs })
    return null
  } catch {
    return 'Electron could not be downloaded.'
  }
}

/** Told in seconds, where the installer itself may wait for minutes. A mirror or proxy of the person's is left to it. */
async function reachable(): Promise<boolean> {
  if (Object.keys(process.env).some((name) => /^(electron_mirror|npm_config_electron_mirror|electron_get_use_proxy)$/i.test(name))) return true
  try {
    const sums = `https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`
    const { ok } = await fetch(sums, { method: 'HEAD', signal: AbortSignal.timeout(connectMs) })
    return ok
  } catch {
    return false
  }
}
