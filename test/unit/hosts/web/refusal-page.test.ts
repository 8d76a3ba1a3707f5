import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { languageOf } from '../../../../src/hosts/web/refusal-page.ts'
import { startSite, type Site } from './web-harness.ts'

describe('a browser that is not let in', () => {
  let site: Site
  beforeEach(async () => { site = await startSite() })
  afterEach(() => site.dispose())

  it('reads why in its language, as a page', async () => {
    const chinese = await site.ask('/', { headers: { 'Accept': 'text/html,*/*', 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' } })
    expect(chinese.status).toBe(401)
    expect(chinese.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(chinese.body.toString()).toMatch(/<html lang="zh-CN">[^]*请打开工作室在终端中显示的完整地址/)
    const wrong = await site.ask('/?token=wrong', { headers: { 'Accept': 'text/html', 'Accept-Language': 'de,en;q=0.5' } })
    expect([wrong.status, wrong.body.toString()]).toEqual([403, expect.stringMatching(/<html lang="en">[^]*This address was used already, or is not right\./)])
  })

  it('is a program: reads the sentence alone', async () => {
    const answer = await site.ask('/media/x', { headers: { 'Accept': '*/*' } })
    expect([answer.status, answer.body.toString()]).toEqual([401, 'Open the address that the studio printed in its terminal, with its token.\n'])
  })

  it.each([['zh', 'zh'], ['zh-TW;q=0.4, en-GB;q=0.5', 'en'], ['en;q=0, zh;q=0.1', 'zh'], ['fr, zh-Hans;q=0.2', 'zh'], ['*', 'en'], ['', 'en'], ['zhx;q=oops,,;', 'en']])('%s is %s', (header, language) => {
    expect(languageOf({ headers: { 'accept-language': header } })).toBe(language)
  })
})
