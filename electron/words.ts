/** What main itself says: the menu, dialogs and the questions on closing. */
export type Language = 'en' | 'zh'

const en = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  help: 'Help',
  importFolder: 'Import folder…',
  importFiles: 'Import files or ZIP…',
  settings: 'Settings…',
  data: 'Data',
  train: 'Train',
  gallery: 'Gallery',
  models: 'Models',
  shortcuts: 'Keyboard shortcuts',
  quit: 'Quit GAN Studio',
  picturesAndArchives: 'Pictures and ZIP archives',
  exportedModels: 'Exported models',
  allFiles: 'All files',
  exportHere: 'Export here',
  moveHere: 'Move here',
  closeQuestion: 'A training run is going on.',
  closeDetail: 'It can go on in the background: open GAN Studio again to see it. Stopping saves it, and you can resume it later.',
  keepRunning: 'Keep training',
  stopAndQuit: 'Stop, save and quit',
  cancel: 'Cancel',
  backgroundTitle: 'Training goes on in the background',
  backgroundBody: 'Open GAN Studio again to see it.',
  finishedTitle: 'Training has ended',
  finishedBody: 'The result is saved. Open GAN Studio to see it.',
  crashedTitle: 'The studio could not be started',
  crashedDetail: 'It ended several times in a row. Your data is kept. The log is in the folder “logs” of the data folder.',
  tryAgain: 'Try again',
} as const

export type Words = { readonly [K in keyof typeof en]: string }

const zh: Words = {
  file: '文件',
  edit: '编辑',
  view: '显示',
  window: '窗口',
  help: '帮助',
  importFolder: '导入文件夹…',
  importFiles: '导入文件或 ZIP…',
  settings: '设置…',
  data: '数据',
  train: '训练',
  gallery: '图库',
  models: '模型',
  shortcuts: '键盘快捷键',
  quit: '退出 GAN Studio',
  picturesAndArchives: '图片和 ZIP 压缩包',
  exportedModels: '导出的模型',
  allFiles: '所有文件',
  exportHere: '导出到这里',
  moveHere: '移到这里',
  closeQuestion: '正在训练。',
  closeDetail: '可以让它在后台继续：再次打开 GAN Studio 即可查看。停止时会保存，以后可以接着训练。',
  keepRunning: '继续训练',
  stopAndQuit: '停止、保存并退出',
  cancel: '取消',
  backgroundTitle: '训练在后台继续',
  backgroundBody: '再次打开 GAN Studio 即可查看。',
  finishedTitle: '训练已结束',
  finishedBody: '结果已保存。打开 GAN Studio 即可查看。',
  crashedTitle: '无法启动工作室',
  crashedDetail: '它连续多次意外结束。您的数据都还在。日志在数据文件夹的“logs”中。',
  tryAgain: '重试',
}

export const wordsOf = (language: Language): Words => (language === 'zh' ? zh : en)

/** `setting`: the person's choice; `locale`: the system's, as BCP 47. */
export function languageOf(setting: 'system' | Language, locale: string): Language {
  if (setting !== 'system') return setting
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
