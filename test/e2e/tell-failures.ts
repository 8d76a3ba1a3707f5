/** What the page showed where a test of it failed: in the test's output, and as a screenshot. */
import { afterEach } from 'vitest'
import { openStudios } from './web-studio.ts'

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const { page, shoot, errors } of openStudios) {
    try {
      const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
      console.log(`${page.url().split('#')[1] ?? ''}\nfocus: ${focused ?? 'none'}\nerrors: ${errors.join('\n') || 'none'}\n${await page.locator('body').ariaSnapshot({ timeout: 5000 })}`)
      await shoot(`failed-${task.id}`)
    } catch (error) {
      console.log(`The page does not answer: ${String(error)}`)
    }
  }
})
