/** One script for the page and its worker. */
import { openPage } from './page.ts'
import { work } from './worker.ts'

if ('document' in globalThis) openPage()
else work(globalThis as unknown as Parameters<typeof work>[0])
