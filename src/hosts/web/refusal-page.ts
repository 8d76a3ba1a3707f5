/** What a browser shows that is not let in: why, and what to do, in its language. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Words } from '../../contract/options.ts'
import { refuse, send } from './responses.ts'

const title: Words = { en: 'Not opened', zh: '未能打开' }

/** The person's first choice of the two languages, as their browser says; English where it names neither. */
export function languageOf({ headers }: Pick<IncomingMessage, 'headers'>): keyof Words {
  const wanted = (headers['accept-language'] ?? '').split(',').map((entry) => {
    const [tag = '', ...rest] = entry.trim().toLowerCase().split(';')
    const quality = Number(/^q=([\d.]+)$/.exec(rest.join('').trim())?.[1] ?? 1)
    return { language: /^(en|zh)\b/.exec(tag)?.[1], quality }
  })
  const [first] = wanted.filter(({ language, quality }) => language !== undefined && quality > 0).sort((a, b) => b.quality - a.quality)
  return first?.language === 'zh' ? 'zh' : 'en'
}

/** A page where one was asked for, else the sentence alone. */
export function refuseInWords(request: IncomingMessage, response: ServerResponse, status: number, words: Words): void {
  const language = languageOf(request)
  if (!(request.headers.accept ?? '').includes('text/html')) return refuse(response, status, words[language])
  response.setHeader('Connection', 'close')
  send(response, status, 'text/html; charset=utf-8', page(language, words[language]))
}

const page = (language: keyof Words, sentence: string): string => `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title[language]}</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 15px/24px system-ui, sans-serif; background: light-dark(#f9f7f5, #191715); color: light-dark(#211e1a, #ece8e3); }
  main { max-width: 34em; padding: 28px; }
  h1 { font-size: 20px; line-height: 28px; margin: 0 0 8px; }
  p { margin: 0; }
</style>
<main><h1>${title[language]}</h1><p>${sentence}</p></main>
</html>
`
