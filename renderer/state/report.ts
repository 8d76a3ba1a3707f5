/** What a person may send to those who look for a mistake. */
import { t } from '../words.svelte.ts'
import { app } from './studio.svelte.ts'

export async function copyReport(): Promise<void> {
  const report = await app.ask('studio.report')
  if (report === null) return
  try {
    await navigator.clipboard.writeText(report.text)
    app.toast(() => t('reportCopied'))
  } catch (error) {
    app.fail(error)
  }
}
