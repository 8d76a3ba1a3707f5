/** Remembers where the window was; a place that is on no screen any more is forgotten. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { screen } from 'electron'
import type { BrowserWindow, Rectangle } from 'electron'
import { z } from 'zod'

const stateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) }),
  maximised: z.boolean(),
})
export type WindowState = z.infer<typeof stateSchema>

export function readWindowState(file: string): WindowState | null {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    return isVisible(state.bounds) ? state : null
  } catch {
    return null
  }
}

/** Failing to remember is no reason to disturb anyone. */
export function writeWindowState(file: string, window: BrowserWindow): void {
  const state: WindowState = { bounds: window.getNormalBounds(), maximised: window.isMaximized() }
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(state))
  } catch {
    // A read-only or full disk: the window opens in its usual place next time.
  }
}

const isVisible = (bounds: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
    const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y)
    return width > 100 && height > 100
  })
