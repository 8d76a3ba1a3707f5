/** The page: what its controls say goes into a point, a point becomes a picture. */
import { drawCard } from './card.ts'
import { asPng, draw, saveAs } from './drawing.ts'
import { PictureSource } from './generator.ts'
import { modelElement, playerVersion, weightsElement, type PlayerModel } from './model.ts'
import { asHash, between, fromHash, labelOf, latentOf, randomSeed, type Point } from './point.ts'
import { isTextKey, text, type Language, type TextKey } from './texts.ts'

const recentCount = 16
/** From one picture to the next while playing. */
const legMs = 1800

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T

export function openPage(): void {
  try {
    const model = JSON.parse(element(modelElement).textContent) as PlayerModel
    if (model.version !== playerVersion) throw new Error(`Version ${model.version}`)
    const weights = Uint8Array.from(atob(element(weightsElement).textContent.trim()), (character) => character.charCodeAt(0))
    new Page(model, weights)
  } catch {
    document.body.dataset['broken'] = 'true'
    element('status').textContent = text(navigator.language.startsWith('zh') ? 'zh' : 'en', 'broken')
  }
}

class Page {
  readonly #model: PlayerModel
  readonly #source: PictureSource
  readonly #canvas = element<HTMLCanvasElement>('picture')
  readonly #recent: { readonly point: Point; readonly button: HTMLButtonElement }[] = []
  #language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
  #point: Point
  #playing = false
  /** Of the newest picture; null before the first. */
  #ms: number | null = null

  constructor(model: PlayerModel, weights: Uint8Array) {
    this.#model = model
    this.#source = new PictureSource(model, weights, element('player').textContent)
    this.#point = fromHash(location.hash, { seed: randomSeed(), classIndex: model.classNames.length === 0 ? -1 : 0, truncation: 1, along: model.directions.map(() => 0) }, model.classNames.length)
    document.title = model.title
    element('title').textContent = model.title
    element('licence').textContent = model.licence
    element('licence-row').hidden = model.licence === ''
    this.#canvas.classList.toggle('pixelated', model.pixelated)
    this.#canvas.style.aspectRatio = `${model.width} / ${model.height}`
    this.#makeClasses()
    this.#makeSliders()
    this.#listen()
    this.#speak()
    this.#show(true)
  }

  #makeClasses(): void {
    element('classes-row').hidden = this.#model.classNames.length === 0
    this.#model.classNames.forEach((name, index) => {
      const button = document.createElement('button')
      button.className = 'chip'
      button.textContent = name
      button.addEventListener('click', () => this.#go({ ...this.#point, classIndex: index }))
      element('classes').append(button)
    })
  }

  #makeSliders(): void {
    element('directions-row').hidden = this.#model.directions.length === 0
    this.#model.directions.forEach((_, k) => {
      const slider = Object.assign(document.createElement('input'), { type: 'range', min: '-4', max: '4', step: '0.05', value: String(this.#point.along[k] ?? 0) })
      slider.addEventListener('input', () => this.#go({ ...this.#point, along: this.#point.along.map((value, i) => (i === k ? Number(slider.value) : value)) }, false))
      slider.addEventListener('change', () => this.#go(this.#point))
      slider.addEventListener('dblclick', () => this.#go({ ...this.#point, along: this.#point.along.map((value, i) => (i === k ? 0 : value)) }))
      element('directions').append(slider)
    })
  }

  #listen(): void {
    const on = (id: string, event: string, act: () => void): void => element(id).addEventListener(event, act)
    on('another', 'click', () => this.#another())
    on('play', 'click', () => this.#togglePlay())
    on('save', 'click', () => void this.#save())
    on('share', 'click', () => void this.#share())
    on('reset', 'click', () => this.#go({ ...this.#point, truncation: 1, along: this.#point.along.map(() => 0) }))
    on('seed', 'change', () => this.#go({ ...this.#point, seed: Math.min(0xffffffff, Math.max(0, Math.floor(Number(element<HTMLInputElement>('seed').value) || 0))) }))
    on('variety', 'input', () => this.#go({ ...this.#point, truncation: Number(element<HTMLInputElement>('variety').value) }, false))
    on('variety', 'change', () => this.#go(this.#point))
    on('language', 'click', () => {
      this.#language = this.#language === 'en' ? 'zh' : 'en'
      this.#speak()
    })
    on('theme', 'click', () => {
      const { dataset } = document.documentElement
      const dark = dataset['theme'] === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : dataset['theme'] === 'dark'
      dataset['theme'] = dark ? 'light' : 'dark'
    })
    document.addEventListener('keydown', (event) => this.#key(event))
    addEventListener('hashchange', () => {
      const point = fromHash(location.hash, this.#point, this.#model.classNames.length)
      if (asHash(point) !== asHash(this.#point)) this.#go(point)
    })
  }

  #key(event: KeyboardEvent): void {
    const { target, key } = event
    if (event.ctrlKey || event.metaKey || event.altKey || (target instanceof HTMLInputElement && target.type === 'number')) return
    // Arrows move a slider that has the focus, and Space presses a button that has it.
    if (target instanceof HTMLInputElement && key.startsWith('Arrow')) return
    if (key === ' ' && (target instanceof HTMLButtonElement || (target instanceof HTMLElement && target.tagName === 'SUMMARY'))) return
    if (key === ' ') this.#another()
    else if (key === 'p') this.#togglePlay()
    else if (key === 's') void this.#save()
    else if (key === 'ArrowLeft' || key === 'ArrowRight') this.#step(key === 'ArrowLeft' ? 1 : -1)
    else if (/^[1-9]$/.test(key) && Number(key) <= this.#model.classNames.length) this.#go({ ...this.#point, classIndex: Number(key) - 1 })
    else return
    event.preventDefault()
  }

  #another(): void {
    this.#go({ ...this.#point, seed: randomSeed() })
  }

  /** Through the recent pictures, the newest first. */
  #step(by: number): void {
    const at = this.#recent.findIndex(({ point }) => asHash(point) === asHash(this.#point))
    const next = this.#recent[Math.max(0, Math.min(this.#recent.length - 1, at + by))]
    if (next !== undefined) this.#go(next.point, true, false)
  }

  /** @param settled false while a slider moves: neither in the address nor among the recent ones */
  #go(point: Point, settled = true, remembered = settled): void {
    this.#playing = false
    this.#point = point
    this.#show(remembered)
    if (settled) history.replaceState(null, '', asHash(point))
  }

  #show(remembered: boolean): void {
    const point = this.#point
    this.#reflect()
    this.#source.ask({ latent: latentOf(point, this.#model), label: labelOf(point.classIndex, this.#model.classNames.length) }, ({ picture, ms }) => {
      draw(this.#canvas, picture, this.#model)
      this.#ms = Math.max(1, Math.round(ms))
      this.#tellTime()
      document.body.dataset['ready'] = 'true'
      if (remembered) this.#remember(point)
    })
  }

  #remember(point: Point): void {
    if (this.#recent.some((one) => asHash(one.point) === asHash(point))) return
    const button = document.createElement('button')
    button.className = 'recent'
    button.ariaLabel = text(this.#language, 'recentPicture')
    const small = document.createElement('canvas')
    small.width = this.#canvas.width
    small.height = this.#canvas.height
    small.classList.toggle('pixelated', this.#model.pixelated)
    small.getContext('2d')?.drawImage(this.#canvas, 0, 0)
    button.append(small)
    button.addEventListener('click', () => this.#go(point, true, false))
    this.#recent.unshift({ point, button })
    element('recent').prepend(button)
    for (const old of this.#recent.splice(recentCount)) old.button.remove()
    this.#reflect()
  }

  #togglePlay(): void {
    this.#playing = !this.#playing
    this.#reflect()
    if (this.#playing) this.#leg(latentOf(this.#point, this.#model))
  }

  /** From a latent towards that of another seed, and on from there. */
  #leg(from: Float32Array): void {
    const next = { ...this.#point, seed: randomSeed() }
    const to = latentOf(next, this.#model)
    const label = labelOf(next.classIndex, this.#model.classNames.length)
    const begin = performance.now()
    const frame = (): void => {
      if (!this.#playing) return
      const share = Math.min(1, (performance.now() - begin) / legMs)
      if (!this.#source.busy) this.#source.ask({ latent: between(from, to, share * share * (3 - 2 * share)), label }, ({ picture }) => draw(this.#canvas, picture, this.#model))
      if (share < 1) return void requestAnimationFrame(frame)
      this.#point = next
      this.#reflect()
      this.#leg(to)
    }
    requestAnimationFrame(frame)
  }

  get #fileName(): string {
    const { title, classNames } = this.#model
    const name = [title, classNames[this.#point.classIndex] ?? '', this.#point.seed].filter((part) => part !== '').join(' ')
    return `${name.replace(/[/\\:*?"<>|]/g, '_')}.png`
  }
  async #save(): Promise<void> {
    saveAs(await asPng(this.#canvas, this.#model), this.#fileName)
  }
  async #share(): Promise<void> {
    const file = new File([await asPng(this.#canvas, this.#model)], this.#fileName, { type: 'image/png' })
    // A person who closes the sheet has changed their mind.
    await navigator.share({ files: [file], title: this.#model.title }).catch(() => {})
  }

  /** The controls say what the point says. */
  #reflect(): void {
    const { seed, classIndex, truncation, along } = this.#point
    element<HTMLInputElement>('seed').value = String(seed)
    element<HTMLInputElement>('variety').value = String(truncation)
    ;[...element('classes').children].forEach((button, index) => button.setAttribute('aria-pressed', String(index === classIndex)))
    ;[...element('directions').children].forEach((slider, k) => { (slider as HTMLInputElement).value = String(along[k] ?? 0) })
    for (const { point, button } of this.#recent) button.setAttribute('aria-current', String(asHash(point) === asHash(this.#point)))
    element('play').setAttribute('aria-pressed', String(this.#playing))
    this.#say('play-text', this.#playing ? 'pause' : 'play')
  }

  #speak(): void {
    document.documentElement.lang = this.#language === 'zh' ? 'zh-CN' : 'en'
    for (const place of document.querySelectorAll<HTMLElement>('[data-text]')) if (isTextKey(place.dataset['text'] ?? '')) place.textContent = text(this.#language, place.dataset['text'] as TextKey)
    for (const place of document.querySelectorAll<HTMLElement>('[data-label]')) if (isTextKey(place.dataset['label'] ?? '')) place.ariaLabel = place.title = text(this.#language, place.dataset['label'] as TextKey)
    ;[...element('directions').children].forEach((slider, k) => { slider.ariaLabel = `${text(this.#language, 'direction')} ${k + 1}` })
    drawCard(element('card'), this.#model.about[this.#language])
    element('share').hidden = !('canShare' in navigator)
    this.#tellTime()
    this.#reflect()
  }
  #tellTime(): void {
    element('status').textContent = this.#ms === null ? text(this.#language, 'opening') : text(this.#language, 'took', String(this.#ms))
  }
  #say(id: string, key: TextKey): void {
    element(id).textContent = text(this.#language, key)
  }
}
