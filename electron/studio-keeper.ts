/**
 * Keeps a studio process running: starts it, gives its ports to the page and to main, and starts
 * it again when it ends unasked. After `maxStarts` ends within `withinMs` it asks the person.
 */
import { BrowserWindow, MessageChannelMain } from 'electron'
import { messagePortMain } from '../src/hosts/ports/node-port.ts'
import { connectHost } from '../src/transport/connect.ts'
import type { HostConnection } from '../src/transport/connect.ts'
import { channels } from './channel-names.ts'
import type { StudioRuntime } from './studio-runtime.ts'

const maxStarts = 3
const withinMs = 5 * 60_000

export interface KeeperOptions {
  readonly start: () => StudioRuntime
  /** Main's own connection, anew after each start. */
  readonly onConnected: (studio: HostConnection) => void
  /** It cannot be kept running; resolves to true to try again. */
  readonly onGivenUp: (reason: string) => Promise<boolean>
}

export class StudioKeeper {
  readonly #options: KeeperOptions
  #runtime: StudioRuntime
  #connection: Promise<HostConnection>
  #starts: number[] = []
  #closing = false

  constructor(options: KeeperOptions) {
    this.#options = options
    ;[this.#runtime, this.#connection] = this.#start()
  }

  /** Main's connection to the studio process of now. */
  studio(): Promise<HostConnection> {
    return this.#connection
  }

  /** Brings a page a port; it works as soon as the studio is open. */
  connectPage(window: BrowserWindow): void {
    const { port1, port2 } = new MessageChannelMain()
    this.#runtime.adopt(port1, 'page')
    window.webContents.postMessage(channels.port, null, [port2])
  }

  /** Asks the studio to save and close; ends it if it has not within `waitMs`. */
  async close(waitMs = 30_000): Promise<void> {
    this.#closing = true
    this.#runtime.close()
    const timer = setTimeout(() => this.#runtime.kill(), waitMs)
    await this.#runtime.gone
    clearTimeout(timer)
  }

  #start(): [StudioRuntime, Promise<HostConnection>] {
    const now = performance.now()
    this.#starts = [...this.#starts.filter((time) => now - time < withinMs), now]
    const runtime = this.#options.start()
    const { port1, port2 } = new MessageChannelMain()
    runtime.adopt(port1, 'host')
    const connection = runtime.ready.then(() => connectHost(messagePortMain(port2)))
    let reason = ''
    connection.then(this.#options.onConnected, (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    void runtime.gone.then(() => this.#restart(reason))
    return [runtime, connection]
  }

  async #restart(reason: string): Promise<void> {
    if (this.#closing) return
    if (this.#starts.length >= maxStarts) {
      if (!(await this.#options.onGivenUp(reason))) return
      this.#starts = []
    }
    ;[this.#runtime, this.#connection] = this.#start()
  }
}
