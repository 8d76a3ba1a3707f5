import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { table } from '../../../renderer/texts/index.ts'

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

describe('texts of the interface', () => {
  it.each(Object.entries(table))('%s has both languages with the same values', (_key, [en, zh]) => {
    expect(en.trim()).not.toBe('')
    expect(zh.trim()).not.toBe('')
    expect(places(zh)).toEqual(places(en))
  })

  it('are kept in one place each', async () => {
    const folder = join(import.meta.dirname, '..', '..', '..', 'renderer', 'texts')
    const files = readdirSync(folder).filter((name) => name !== 'index.ts')
    const parts = await Promise.all(files.map((name) => import(join(folder, name)) as Promise<Record<string, object>>))
    const keys = parts.flatMap((module) => Object.values(module).flatMap((texts) => Object.keys(texts)))
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })
})
