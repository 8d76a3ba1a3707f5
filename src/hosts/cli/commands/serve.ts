import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { silent } from '../../../base/log.ts'
import type { SharedStudio } from '../../share-studio.ts'
import { isReadByOthers, listeningOf, type ListenOptions } from '../../web/listening.ts'
import { startWebServer } from '../../web/server.ts'
import type { WebServer } from '../../web/server.ts'
import type { Watch } from '../activity.ts'

export interface ServeOptions extends ListenOptions {
  readonly port: number
  readonly open?: boolean
}

/** Serves until Ctrl-C; goes on with a studio of its own where another owner ends. */
export async function serveCommand(watch: Watch, options: ServeOptions): Promise<void> {
  const { output, interrupts } = watch
  const ended = Promise.withResolvers<void>()
  const listening = await listeningOf(options)
  if (options.tokenFile !== undefined) {
    output.note('What goes over the network is not encrypted: whoever can listen in on it sees your pictures and the token. An SSH tunnel is safer; docs/promises.md says how.')
    if (await isReadByOthers(options.tokenFile)) output.note(`${options.tokenFile} can be read by others who use this computer. Take that away: chmod 600`)
  }
  const server = await startWebServer({
    studio: watch.studio,
    port: options.port,
    listening,
    pageFolder: fileURLToPath(new URL('../../../../dist/renderer', import.meta.url)),
    log: silent,
    onAddress: (url) => {
      // A token of the person's own is written nowhere else.
      const shown = listening.token === null ? url : `${new URL(url).origin}/?token=`
      output.item({ type: 'address', url: shown }, listening.token === null
        ? `Open ${shown}\n(good for one browser; this computer only; Ctrl-C ends)`
        : `Open ${shown} with the token of ${options.tokenFile ?? ''} behind it\n(from any computer that reaches ${listening.address}; Ctrl-C ends)`)
    },
  })
  if (options.open === true) openBrowser(server.address())
  const stop = interrupts.on(() => ended.resolve())
  let studio = watch.studio
  const stay = (current: SharedStudio): void => {
    studio = current
    current.onClose(() => {
      if (interrupts.count === 0) moveOn(watch, server).then(stay, ended.reject)
    })
  }
  stay(studio)
  try {
    await ended.promise
  } finally {
    stop()
    await server.close()
    await studio.close()
  }
  output.result({ id: null }, 'Closed.')
}

async function moveOn(watch: Watch, server: WebServer): Promise<SharedStudio> {
  watch.output.note('The studio that owned the data folder ended; going on with another.')
  const studio = await watch.reopen()
  server.use(studio)
  return studio
}

function openBrowser(url: string): void {
  const [command, ...args] = process.platform === 'darwin' ? ['open', url]
    : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url] : ['xdg-open', url]
  // Where there is no browser, the address is printed anyway.
  spawn(command as string, args, { stdio: 'ignore', detached: true }).on('error', () => {}).unref()
}
