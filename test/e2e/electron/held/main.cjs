/**
 * The application, held before its window opens until Playwright, once attached, calls
 * `__playwright_run`. A window whose first page comes just while Playwright attaches is waited for
 * without end: Playwright sees it empty and misses that the page came.
 */
const { app } = require('electron')

const ready = app.whenReady()
const attached = new Promise((resolve) => {
  globalThis.__playwright_run = resolve
})
app.whenReady = () => attached.then(() => ready)
require('../../../../dist/electron/main.cjs')
