/**
 * `npm start`, once the dependencies are there: builds what is not built, installs the engine,
 * and opens the studio in a window, or in the browser where no window can be had. A second start
 * finds everything done.
 */
import { bundle } from './bundle.ts'
import { findOrFetchElectron } from './set-up/electron.ts'
import { installEngine } from './set-up/engine.ts'
import { openInWindow, serveForBrowser } from './shells.ts'
import { parseStartOptions } from './start-options.ts'
import type { StartOptions } from './start-options.ts'

// npm runs scripts in the project's folder and says here where the person is.
const options = parseStartOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd())
process.exitCode = 'exitCode' in options ? options.exitCode : await start(options)

async function start({ shell, engineDownload, dataFolder, port }: StartOptions): Promise<number> {
  await bundle()
  if (engineDownload) await installEngine()
  const screen = hasScreen()
  if (shell === 'window') {
    const end = screen ? await openWindow(dataFolder) : { failed: 'There is no screen here (DISPLAY is not set).' }
    if (typeof end === 'number') return end
    console.log(`No window opens: ${end.failed}\nThe same studio comes to your browser instead.`)
  }
  return await serveForBrowser({ open: shell !== 'headless' && screen, dataFolder, port })
}

async function openWindow(dataFolder: string | null): Promise<number | { readonly failed: string }> {
  const found = await findOrFetchElectron()
  if ('missing' in found) return { failed: found.missing }
  console.log('Opening the studio …')
  return await openInWindow(found.executable, dataFolder)
}

function hasScreen(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY'])
}
