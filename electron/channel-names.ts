/** The page's address, and the IPC channels between the window's preload and main. */
export const scheme = 'app'
export const host = 'studio'
export const pageUrl = `${scheme}://${host}/index.html`

export const channels = {
  /** page → main: asks for a port. */
  connect: 'studio.connect',
  /** main → page: brings one. */
  port: 'studio.port',
  ticketForPaths: 'files.ticket',
  ticketForPasted: 'files.pasted',
  chooseSources: 'files.choose-sources',
  chooseTarget: 'files.choose-target',
  chooseDataFolder: 'files.choose-data-folder',
  setProgress: 'window.progress',
  notify: 'window.notify',
  /** main → page */
  menu: 'window.menu',
} as const
