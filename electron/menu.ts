/** The application menu. Its commands go to the page, which does them as its own buttons do. */
import { Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand, Place } from '../src/contract/desktop-bridge.ts'
import type { Words } from './words.ts'

const places: readonly Place[] = ['data', 'train', 'gallery', 'models']

export function setMenu(words: Words, send: (command: MenuCommand) => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template(words, send)))
}

function template(words: Words, send: (command: MenuCommand) => void): MenuItemConstructorOptions[] {
  const mac = process.platform === 'darwin'
  const settings: MenuItemConstructorOptions = {
    label: words.settings,
    accelerator: 'CommandOrControl+,',
    click: () => send({ type: 'go', place: 'settings' }),
  }
  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [{ role: 'about' }, { type: 'separator' }, settings, { type: 'separator' }, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, { type: 'separator' }, { role: 'quit' }],
  }
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      { label: words.importFolder, accelerator: 'CommandOrControl+O', click: () => send({ type: 'choose', kind: 'folder' }) },
      { label: words.importFiles, accelerator: 'CommandOrControl+Shift+O', click: () => send({ type: 'choose', kind: 'files' }) },
      { type: 'separator' },
      ...(mac ? [{ role: 'close' } as const] : [settings, { type: 'separator' } as const, { label: words.quit, role: 'quit' } as const]),
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: words.view,
    submenu: [
      ...places.map((place, index): MenuItemConstructorOptions => ({
        label: words[place],
        accelerator: `CommandOrControl+${index + 1}`,
        click: () => send({ type: 'go', place }),
      })),
      { type: 'separator' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      { role: 'togglefullscreen' },
      { role: 'reload' },
      { role: 'toggleDevTools' },
    ],
  }
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: words.help,
    submenu: [{ label: words.shortcuts, click: () => send({ type: 'shortcuts' }) }],
  }
  const edit: MenuItemConstructorOptions = { role: 'editMenu', label: words.edit }
  const window: MenuItemConstructorOptions = { role: 'windowMenu', label: words.window }
  return [...(mac ? [application] : []), file, edit, view, window, help]
}
