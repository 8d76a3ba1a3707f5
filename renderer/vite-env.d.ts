/// <reference types="vite/client" />
import type { DesktopBridge } from '../src/contract/desktop-bridge.ts'

declare global {
  interface Window {
    /** Only in the desktop window. */
    readonly ganStudio?: DesktopBridge<File>
  }
}
