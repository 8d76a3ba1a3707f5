/** What a page in the window can do whatever it contains, tried on the running application. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../../build/bundle.ts'
import { projectRoot } from '../../../build/set-up/project.ts'
import { channels } from '../../../electron/channel-names.ts'
import { desktopAvailable, openDesktop } from './desktop.ts'
import type { Desktop } from './desktop.ts'
import { openScreen } from './screen.ts'
import type { Screen } from './screen.ts'

const page = join(projectRoot, 'dist', 'renderer')
const link = join(page, 'outside.txt')

describe.skipIf(!desktopAvailable())('the window keeps a page in', () => {
  let folder = ''
  let screen: Screen
  let desktop: Desktop

  beforeAll(async () => {
    await bundle()
    folder = await mkdtemp(join(tmpdir(), 'gan-studio-security-'))
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    rmSync(link, { force: true })
    symlinkSync(join(folder, 'secret.txt'), link)
    screen = await openScreen()
    desktop = await openDesktop({ screen, dataFolder: join(folder, 'data') })
    await desktop.page.getByRole('heading', { name: 'Drop a folder of pictures' }).waitFor()
  })
  afterAll(async () => {
    rmSync(link, { force: true })
    // Whatever beforeAll did not come to is not there.
    await desktop?.app.close()
    await screen?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const inPage = <T>(work: () => T | Promise<T>): Promise<T> => desktop.page.evaluate(work) as Promise<T>
  const windowCount = (): Promise<number> => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  const url = (): Promise<string | undefined> => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())

  it('has isolation, sandbox and web security on, and Node off', async () => {
    const preferences = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) =>
        (webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()))
    expect(preferences).toHaveLength(1)
    expect(preferences[0]).toMatchObject({
      contextIsolation: true, sandbox: true, webSecurity: true, nodeIntegration: false,
      nodeIntegrationInSubFrames: false, webviewTag: false,
    })
    // These are listed only where they are on.
    for (const name of ['nodeIntegrationInWorker', 'allowRunningInsecureContent', 'experimentalFeatures'])
      expect(preferences[0]?.[name] ?? false, name).toBe(false)
  })

  it('gives the page named functions and nothing of Node or Electron', async () => {
    const seen = await inPage(() => {
      const globals = window as unknown as Record<string, unknown>
      return {
        node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer', 'electron'].filter((name) => globals[name] !== undefined),
        bridge: Object.entries(globals['ganStudio'] as object).map(([name, value]) => `${name}: ${typeof value}`).sort(),
      }
    })
    expect(seen.node).toEqual([])
    expect(seen.bridge).toEqual([
      'chooseDataFolder: function', 'chooseSources: function', 'chooseTarget: function', 'connect: function', 'notify: function', 'onMenu: function',
      'platform: string', 'setProgress: function', 'ticketForFiles: function', 'ticketForPaste: function',
    ])
  })

  it.each([
    'app://studio/..%2fpackage.json', 'app://studio/%2e%2e%2f%2e%2e%2fetc%2fpasswd', 'app://studio/..%5c..%5cpackage.json', 'app://studio/%252e%252e%252fpackage.json',
    'app://studio//etc/passwd', 'app://studio/%2fetc%2fpasswd', 'app://studio/file:///etc/passwd', 'app://studio/C:/Windows/win.ini', 'app://studio/%5c%5cserver%5cshare%5cx',
    'app://studio/outside.txt', 'app://studio/assets', 'app://studio/%ff', 'app://studio/media/..%2f..%2fstudio.db',
    'app://studio/media/pictures/../../studio.db', 'app://studio/__proto__', 'app://studio/constructor',
  ])('serves nothing for %s', async (address) => {
    const status = await desktop.page.evaluate(async (asked) => (await fetch(asked)).status, address)
    expect([400, 404]).toContain(status)
  })

  it.each(['file:///etc/passwd', 'app://other/index.html', 'https://example.com/', 'http://127.0.0.1:9/', 'ws://127.0.0.1:9/', 'ftp://example.com/'])('cannot fetch from %s', async (address) => {
    const answer = await desktop.page.evaluate(async (asked) => {
      try {
        if (!asked.startsWith('ws')) return `status ${(await fetch(asked)).status}`
        const socket = new WebSocket(asked)
        return await new Promise<string>((resolve) => {
          socket.onopen = () => resolve('open')
          socket.onerror = () => resolve('refused')
        })
      } catch {
        return 'refused'
      }
    }, address)
    expect(answer).toBe('refused')
  })

  it('answers GET alone', async () => {
    expect(await inPage(async () => (await fetch('app://studio/index.html', { method: 'POST', body: 'x' })).status)).toBe(405)
  })

  it('runs scripts of its own files alone', async () => {
    const header = await inPage(async () => (await fetch('app://studio/index.html')).headers.get('content-security-policy'))
    expect(header).toContain("default-src 'none'")
    expect(header).toContain("script-src 'self'")
    const tried = await inPage(async () => {
      const globals = window as unknown as { ran: string[] }
      globals.ran = []
      const blocked: string[] = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective))
      const add = (tag: string, set: Readonly<Record<string, string>>): void => {
        const element = document.createElement(tag)
        for (const [name, value] of Object.entries(set)) element.setAttribute(name, value)
        if (set['text'] !== undefined) element.textContent = set['text']
        document.body.append(element)
      }
      add('script', { text: 'window.ran.push("inline")' })
      add('script', { src: 'data:text/javascript,window.ran.push("data")' })
      add('script', { src: URL.createObjectURL(new Blob(['window.ran.push("blob")'])) })
      add('script', { src: 'https://example.com/x.js' })
      add('img', { src: 'x', onerror: 'window.ran.push("handler")' })
      add('iframe', { srcdoc: '<script>parent.ran.push("frame")</script>' })
      add('object', { data: 'data:text/html,<script>parent.ran.push("object")</script>' })
      add('base', { href: 'https://example.com/' })
      add('button', { onclick: 'window.ran.push("click")', id: 'inline-click' })
      document.getElementById('inline-click')?.click()
      try {
        new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))
      } catch {
        blocked.push('worker')
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { ran: globals.ran, blocked: [...new Set(blocked)].sort(), base: document.baseURI }
    })
    expect(tried.ran).toEqual([])
    expect(tried.base).toBe('app://studio/index.html')
    expect(tried.blocked).toEqual(expect.arrayContaining(['base-uri', 'object-src', 'script-src-attr', 'script-src-elem']))
  })

  it('does not turn text into code', async () => {
    // Asked through a timer of the page: what the debugger itself evaluates is exempt from the policy.
    const ran = await inPage(async () => {
      setTimeout('window.fromText = true', 0)
      await new Promise((resolve) => setTimeout(resolve, 200))
      return (window as unknown as { fromText?: boolean }).fromText ?? false
    })
    expect(ran).toBe(false)
  })

  it.each([
    ['an address', () => void (location.href = 'https://example.com/')],
    ['a file', () => void (location.href = 'file:///etc/passwd')],
    ['another host of its scheme', () => void (location.href = 'app://other/')],
    ['a script address', () => void (location.href = 'javascript:document.write("gone")')],
    ['a data address', () => void (location.href = 'data:text/html,gone')],
    ['a form', () => {
      const form = document.createElement('form')
      form.action = 'https://example.com/'
      document.body.append(form)
      form.submit()
    }],
  ])('stays on its page when led away by %s', async (_, lead) => {
    await inPage(lead)
    await desktop.page.waitForTimeout(250)
    expect(await url()).toMatch(/^app:\/\/studio\/index\.html/)
    expect(await inPage(() => document.querySelector('h1') !== null)).toBe(true)
  })

  it('opens no window', async () => {
    const opened = await inPage(() => {
      const link = document.createElement('a')
      link.href = 'https://example.com/'
      link.target = '_blank'
      document.body.append(link)
      link.click()
      return ['https://example.com/', 'about:blank', 'app://studio/index.html', 'file:///etc/passwd'].map((address) => window.open(address) === null)
    })
    expect(opened).toEqual([true, true, true, true])
    expect(await windowCount()).toBe(1)
  })

  it('refuses every permission but copying text', async () => {
    const answers = await inPage(async () => {
      const refusal = (work: Promise<unknown>): Promise<string> => work.then((value) => String(value), (error: unknown) => (error instanceof Error ? error.name : 'refused'))
      const state = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state
      return {
        notification: await Notification.requestPermission(),
        camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await refusal(navigator.mediaDevices.getDisplayMedia({ video: true })),
        place: await refusal(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(() => resolve('found'), ({ code }) => reject(new DOMException('', `code ${code}`))))),
        read: await state('clipboard-read'),
        midi: await state('midi'),
        copy: await state('clipboard-write'),
      }
    })
    expect(answers).toMatchObject({ notification: 'denied', read: 'denied', midi: 'denied', copy: 'granted' })
    expect(answers.camera).toMatch(/NotAllowedError|NotFoundError/)
    expect(answers.screen).toMatch(/NotAllowedError|NotSupportedError|NotFoundError/)
    expect(answers.place).toBe('code 1')
  })

  it('takes no path that a page made up', async () => {
    const made = await inPage(async () => {
      const file = new File(['x'], 'passwd')
      Object.defineProperty(file, 'path', { value: '/etc/passwd' })
      const bridge = (window as unknown as { ganStudio: { ticketForFiles(files: unknown): Promise<string> } }).ganStudio
      const answer = (files: unknown): Promise<string> => bridge.ticketForFiles(files).then((ticket) => `ticket ${ticket}`, () => 'refused')
      return await Promise.all([answer([file]), answer([{ path: '/etc/passwd', name: 'passwd' }]), answer(['/etc/passwd']), answer('/etc/passwd'), answer(null)])
    })
    expect(made).toEqual(['refused', 'refused', 'refused', 'refused', 'refused'])
  })

  /** Opens a page with `ipcRenderer` in its hands, as no page of the studio has it. */
  const rawPage = (address: string): Promise<number> => {
    const preload = join(folder, 'raw.js')
    writeFileSync(preload, `const { contextBridge, ipcRenderer } = require('electron')
let ports = 0
ipcRenderer.on(${JSON.stringify(channels.port)}, () => { ports += 1 })
contextBridge.exposeInMainWorld('raw', {
  ports: () => ports,
  send: (channel, payload) => ipcRenderer.send(channel, payload),
  invoke: (channel, payload) => ipcRenderer.invoke(channel, payload).then((value) => 'answer ' + JSON.stringify(value), (error) => String(error)),
})`)
    return desktop.app.evaluate(async ({ BrowserWindow }, { address: asked, preload: file }) => {
      const window = new BrowserWindow({ show: false, webPreferences: { preload: file, sandbox: true, contextIsolation: true } })
      await window.loadURL(asked)
      return window.id
    }, { address, preload })
  }
  const inRaw = (id: number, code: string): Promise<unknown> =>
    desktop.app.evaluate(({ BrowserWindow }, asked) => BrowserWindow.fromId(asked.id)?.webContents.executeJavaScript(asked.code), { id, code })
  const closeRaw = (id: number): Promise<void> => desktop.app.evaluate(({ BrowserWindow }, asked) => BrowserWindow.fromId(asked)?.destroy(), id)

  /** What main answers, each with something that it takes from the studio's own page. */
  const requests = {
    ticketForPaths: '["/etc/passwd"]', ticketForPasted: '[{ format: "png", bytes: new Uint8Array(9) }]', chooseSources: '"folder"',
    chooseTarget: '{ suggestedName: "x", format: "zip" }', chooseDataFolder: '"move"',
  }
  const messages = { connect: 'undefined', setProgress: '1', notify: '{ title: "a", body: "b" }' }

  it('is tried on every channel there is', () => {
    const toPage: readonly (keyof typeof channels)[] = ['port', 'menu']
    expect([...Object.keys(requests), ...Object.keys(messages), ...toPage].sort()).toEqual(Object.keys(channels).sort())
  })

  it('answers no other page', async () => {
    const id = await rawPage('data:text/html,<p>foreign</p>')
    for (const [name, payload] of Object.entries(requests)) expect(await inRaw(id, `raw.invoke('${channels[name as keyof typeof requests]}', ${payload})`), name).toMatch(/may not ask the studio/)
    for (const [name, payload] of Object.entries(messages)) await inRaw(id, `raw.send('${channels[name as keyof typeof messages]}', ${payload})`)
    await desktop.page.waitForTimeout(300)
    expect(await inRaw(id, 'raw.ports()')).toBe(0)
    await closeRaw(id)
  })

  it('refuses messages of any other shape, on every channel, and lives on', async () => {
    const id = await rawPage('app://studio/index.html')
    const payloads = ['undefined', 'null', '0', '""', '"x".repeat(40000)', '[]', '[1]', '[""]', '[["/etc"]]', 'Array(10001).fill("/a")', '{}', '{ suggestedName: "", format: "zip" }',
      '{ suggestedName: "x", format: "exe" }', '{ suggestedName: "x", format: "zip", more: 1 }', '{ title: 1, body: 2 }', 'NaN', '-1', '2', 'new Uint8Array(9)', 'new Map([[1, 2]])', '{ __proto__: { x: 1 } }',
      '[{ format: "../x", bytes: new Uint8Array(9) }]', '[{ format: "png", bytes: [1, 2] }]', '[{ format: "png", bytes: new Uint8Array(9), path: "/etc/passwd" }]', 'Array(101).fill({ format: "png", bytes: new Uint8Array(1) })']
    for (const channel of Object.keys(requests).map((name) => channels[name as keyof typeof requests]))
      for (const payload of payloads) expect(await inRaw(id, `raw.invoke('${channel}', ${payload})`), `${channel} ${payload}`).toMatch(/asked for something it does not know/)
    for (const channel of Object.keys(messages).map((name) => channels[name as keyof typeof messages]))
      for (const payload of payloads.slice(1)) await inRaw(id, `raw.send('${channel}', ${payload})`)
    await desktop.page.waitForTimeout(300)
    expect(await inRaw(id, 'raw.ports()')).toBe(0)
    expect(await inRaw(id, `raw.invoke('files.delete', '/etc/passwd')`)).toMatch(/No handler/)
    await closeRaw(id)
    expect(await windowCount()).toBe(1)
    expect(await inPage(() => document.querySelector('h1') !== null)).toBe(true)
  })
})
