import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isMessage, phrase } from '../../../../src/contract/messages.ts'
import { startSite, type Answer, type Site } from './web-harness.ts'

async function site(listening?: Parameters<typeof startSite>[1]): Promise<{ readonly site: Site; readonly name: (body: unknown) => Promise<Answer> }> {
  const started = await startSite(undefined, listening)
  onTestFinished(() => started.dispose())
  const Cookie = await started.enter()
  return { site: started, name: (body) => started.ask('/place', { method: 'POST', headers: { Cookie, Origin: started.origin }, body: typeof body === 'string' ? body : JSON.stringify(body) }) }
}

it('gives a ticket for a folder of this computer, whatever its name', async () => {
  const { site: at, name } = await site()
  const folder = join(at.folder, '图片 é #%')
  await mkdir(folder)
  const { status, body } = await name({ use: 'sources', path: folder })
  expect(status).toBe(200)
  expect(at.studio.sources.get((JSON.parse(body.toString()) as { readonly ticket: string }).ticket)).toEqual([folder])
})

it('refuses what is no folder, in words', async () => {
  const { site: at, name } = await site()
  await writeFile(join(at.folder, 'file.png'), 'x')
  for (const [body, status, words] of [
    [{ use: 'sources', path: join(at.folder, 'none') }, 404, /not there/],
    [{ use: 'sources', path: join(at.folder, 'file.png') }, 400, /is a file/],
    [{ use: 'sources', path: 'pictures' }, 400, /whole path/],
    [{ use: 'anything', path: at.folder }, 400, /path of a folder/],
    [{ use: 'sources', path: at.folder, more: 1 }, 400, /path of a folder/],
    [{ use: 'sources', path: ['a'] }, 400, /path of a folder/],
    ['{', 400, /path of a folder/],
    ['x'.repeat(100_000), 400, /longer/],
  ] as const) {
    const answer = await name(body)
    expect([answer.status, answer.body.toString()]).toEqual([status, expect.stringMatching(words)])
  }
  const gone = await name({ use: 'sources', path: join(at.folder, '没有') })
  const why: unknown = JSON.parse(decodeURIComponent(String(gone.headers['x-why'])))
  expect(isMessage(why) && phrase(why, 'zh')).toBe(`“${join(at.folder, '没有')}”不存在。请检查磁盘是否已连接、文件夹是否已移动。`)
  expect(at.studio.sources.size).toBe(0)
})

it('is for browsers of this computer alone, and for a session of the page', async () => {
  const { site: at, name } = await site({ address: '127.0.0.1', names: [], token: 'x'.repeat(32) })
  expect((await name({ use: 'sources', path: at.folder })).status).toBe(403)
  const { site: own } = await site()
  const Cookie = await own.enter()
  const body = JSON.stringify({ use: 'sources', path: own.folder })
  expect((await own.ask('/place', { method: 'POST', headers: { Origin: own.origin }, body })).status).toBe(401)
  expect((await own.ask('/place', { method: 'POST', headers: { Cookie }, body })).status).toBe(403)
  expect((await own.ask('/place', { method: 'POST', headers: { Cookie, Origin: 'http://evil.example' }, body })).status).toBe(403)
  expect((await own.ask('/place', { headers: { Cookie } })).status).toBe(405)
  expect(own.studio.sources.size).toBe(0)
})
