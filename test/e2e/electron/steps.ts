/** What a person does on the page, in one place: the page's words and shapes change. */
import type { Page } from 'playwright-core'

export async function goTo(page: Page, place: 'data' | 'train' | 'gallery' | 'models' | 'settings'): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, place)
  await page.waitForTimeout(300)
}

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).last().click()

async function choose(page: Page, label: RegExp, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option }).click()
}

/** Trains a small network on the data set in view, so that the test is short. The first proposal waits for the engine to be measured. */
export async function trainSmall(page: Page): Promise<void> {
  await press(page, 'Train on these')
  await page.getByText('Advanced', { exact: true }).click()
  await choose(page, /^Resolution/, '16 px')
  await page.locator('#option-width').fill('8')
  await page.locator('#option-width').press('Enter')
  await page.getByText('2 changed').waitFor({ timeout: 120_000 })
  await page.waitForFunction(() => document.querySelector('.primary.big:not(:disabled)') !== null, null, { timeout: 120_000 })
  await page.locator('.primary.big').click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLCanvasElement>('.canvases canvas')].some(({ width }) => width > 300))
}

/** The page of the only run. */
export async function openRun(page: Page): Promise<void> {
  await goTo(page, 'models')
  await page.locator('td .name').first().click()
}

export async function generate(page: Page, count: number): Promise<void> {
  await press(page, 'Generate pictures')
  await page.getByLabel('Number').fill(String(count))
  await press(page, 'Generate')
  await page.getByText(`${count} pictures`, { exact: true }).waitFor()
}

export async function selectAll(page: Page, count: number): Promise<void> {
  await page.getByRole('listbox', { name: 'Gallery' }).focus()
  await page.keyboard.press('Control+a')
  await page.getByText(`${count} selected`).waitFor()
}

/** In the open dialog; the place is answered in the system's own. */
export async function exportAs(page: Page, format: RegExp): Promise<void> {
  await choose(page, /^Format/, format)
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click()
}
