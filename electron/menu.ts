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
      ...(mac ? [{ role: 'close', label: words.close } as const] : [settings, { type: 'separator' } as const, { label: words.quit, role: 'quit' } as const]),
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
      { role: 'zoomIn', label: words.zoomIn },
      { role: 'zoomOut', label: words.zoomOut },
      { role: 'resetZoom', label: words.resetZoom },
      { role: 'togglefullscreen', label: words.fullScreen },
      { role: 'reload', label: words.reload },
      { role: 'toggleDevTools', label: words.developerTools },
    ],
  }
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: words.help,
    submenu: [{ label: words.shortcuts, click: () => send({ type: 'shortcuts' }) }],
  }
  const edit: MenuItemConstructorOptions = {
    label: words.edit,
    submenu: [
      // Not the roles, which know of typing alone.
      { label: words.undo, accelerator: 'CommandOrControl+Z', click: () => send({ type: 'undo' }) },
      { label: words.redo, accelerator: mac ? 'Command+Shift+Z' : 'Control+Y', click: () => send({ type: 'redo' }) },
      { type: 'separator' },
      { role: 'cut', label: words.cut },
      { role: 'copy', label: words.copy },
      { role: 'paste', label: words.paste },
      { role: 'selectAll', label: words.selectAll },
    ],
  }
  const window: MenuItemConstructorOptions = {
    label: words.window,
    ...(mac ? { role: 'windowMenu' } : { submenu: [{ role: 'minimize', label: words.minimize }, { role: 'close', label: words.close }] }),
  }
  return [...(mac ? [application] : []), file, edit, view, window, help]
}
