/** Everything the command palette offers: places, data sets, runs, actions. */
import { Boxes, Compass, Database, FolderOpen, ImagePlus, Images, Keyboard, Languages, Moon, Pause, Play, Settings, Sparkles, Square, Sun, WandSparkles } from '@lucide/svelte'
import type { Component } from 'svelte'
import type { Place } from '../../src/contract/desktop-bridge.ts'
import { language, t } from '../words.svelte.ts'
import { importing } from './importing.svelte.ts'
import { at } from './place.svelte.ts'
import { app } from './studio.svelte.ts'

type Icon = Component<{ size?: number }>
export const places = [
  { place: 'data', icon: Database, key: 'd' },
  { place: 'train', icon: Sparkles, key: 't' },
  { place: 'gallery', icon: Images, key: 'g' },
  { place: 'models', icon: Boxes, key: 'm' },
  { place: 'settings', icon: Settings, key: ',' },
] as const satisfies readonly { readonly place: Place; readonly icon: Icon; readonly key: string }[]

export interface Command {
  readonly id: string
  readonly kind: 'kindPlace' | 'kindDataset' | 'kindRun' | 'kindAction'
  readonly label: string
  readonly icon: Icon
  readonly run: () => void
  readonly shortcut?: string
}

class Overlays {
  palette = $state(false)
  shortcuts = $state(false)
}
export const overlays = new Overlays()

export function commands(): readonly Command[] {
  const action = (id: string, label: string, icon: Icon, run: () => void, shortcut?: string): Command => ({ id, kind: 'kindAction', label, icon, run, ...(shortcut === undefined ? {} : { shortcut }) })
  const live = app.liveRun
  const paused = app.runs.find(({ state }) => state === 'paused')
  const dark = document.documentElement.dataset['theme'] === 'dark'
  return [
    ...places.map(({ place, icon, key }) => ({ id: place, kind: 'kindPlace', label: t(place), icon, run: () => at.go(place), shortcut: key.toUpperCase() }) as const),
    action('folder', t('chooseFolder'), FolderOpen, () => void importing.choose('folder')),
    action('files', t('chooseFiles'), ImagePlus, () => void importing.choose('files')),
    action('samples', t('trySamples'), WandSparkles, () => void importing.samples()),
    action('new', t('newRun'), Sparkles, () => at.go('train', 'new')),
    ...(live?.state === 'training' ? [
      action('pause', `${t('pause')}: ${live.name}`, Pause, () => void app.ask('runs.pause', { id: live.id })),
      action('stop', `${t('stopSave')}: ${live.name}`, Square, () => void app.ask('runs.stop', { id: live.id, save: true })),
    ] : []),
    ...(paused === undefined ? [] : [action('resume', `${t('resume')}: ${paused.name}`, Play, () => void app.ask('runs.resume', { id: paused.id }))]),
    dark ? action('light', t('useLight'), Sun, () => void app.ask('settings.set', { theme: 'light' })) : action('dark', t('useDark'), Moon, () => void app.ask('settings.set', { theme: 'dark' })),
    language.current === 'en' ? action('zh', t('useChinese'), Languages, () => void app.ask('settings.set', { language: 'zh' })) : action('en', t('useEnglish'), Languages, () => void app.ask('settings.set', { language: 'en' })),
    action('shortcuts', t('shortcuts'), Keyboard, () => (overlays.shortcuts = true), '?'),
    ...app.datasets.map(({ id, name }) => ({ id, kind: 'kindDataset', label: name, icon: Database, run: () => at.go('data', id) }) as const),
    ...app.generators.map(({ id, name }) => action(`explore-${id}`, t('explorerOf', name), Compass, () => at.go('models', `explore:${id}`))),
    ...app.runs.map(({ id, name }) => ({ id, kind: 'kindRun', label: name, icon: Boxes, run: () => at.go('train', id) }) as const),
  ]
}

/** Every word typed begins somewhere in the label or its kind; those that begin the label come first. */
export function matching(all: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '')
  const text = (command: Command): string => `${command.label} ${t(command.kind)}`.toLocaleLowerCase()
  const found = all.filter((command) => words.every((word) => text(command).includes(word)))
  const begins = (command: Command): number => (words[0] !== undefined && text(command).startsWith(words[0]) ? 0 : 1)
  return [...found].sort((a, b) => begins(a) - begins(b))
}
