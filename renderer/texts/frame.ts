import type { Texts } from './index.ts'

/** The frame around every screen, and words used on several. */
export const frameTexts = {
  data: ['Data', '数据'], train: ['Train', '训练'], gallery: ['Gallery', '图库'], models: ['Models', '模型'], settings: ['Settings', '设置'],
  places: ['Places', '主导航'],
  connecting: ['Connecting to the studio …', '正在连接工作室……'],
  lost: ['The connection to the studio was lost. It is being restored; nothing is lost.', '与工作室的连接中断，正在恢复，数据不会丢失。'],
  pair: ['{0}: {1}', '{0}：{1}'], sentences: ['{0} {1}', '{0}{1}'],
  name: ['Name', '名称'], rename: ['Rename', '重命名'], nameBlank: ['A name needs more than blanks', '名称不能只有空格'], nameStays: ['A name cannot be empty: it stays “{0}”', '名称不能为空，仍为“{0}”'], remove: ['Delete', '删除'], undo: ['Undo', '撤销'], deleted: ['“{0}” was deleted', '已删除“{0}”'], restored: ['Restored', '已恢复'],
  back: ['Back', '返回'], cancel: ['Cancel', '取消'], close: ['Close', '关闭'], more: ['More', '更多'], details: ['Details', '详情'], saidBy: ['The program that reads it says: {0}', '读取程序的原文：{0}'], copy: ['Copy', '复制'], copied: ['Copied', '已复制'],
  pictures: ['{0} {0:picture|pictures}', '{0} 张图片'], classes: ['{0} {0:class|classes}', '{0} 个类别'], noClasses: ['no classes', '无类别'], all: ['All', '全部'],
  class: ['Class', '类别'], dataSet: ['Data set', '数据集'], run: ['Run', '训练'], size: ['Size', '大小'], format: ['Format', '格式'], file: ['File', '文件'], state: ['State', '状态'], time: ['Time', '用时'], created: ['Created', '创建时间'],

  cutShort: ['GAN Studio ended unexpectedly, around {0}.', 'GAN Studio 在 {0} 前后意外结束。'], cutShortNothing: ['Nothing was going on, and nothing was lost.', '当时没有任务在进行，没有丢失任何内容。'],
  cutShortRun: ['“{0}” was training. It is saved up to {1} pictures seen; go on from there.', '“{0}”正在训练，已保存到已看 {1} 张图片处，可以从那里继续。'], cutShortEarly: ['“{0}” had only just begun to train and is back at its start.', '“{0}”刚开始训练，已回到起点。'],
  cutShortImport: ['An import was under way. What had come is kept; go on from its page in Data.', '当时正在导入，已导入的部分已保留；可在“数据”中打开它继续。'], cutShortImports: ['{0} imports were under way. What had come is kept; go on from their pages in Data.', '当时正在进行 {0} 个导入，已导入的部分已保留；可在“数据”中打开它们继续。'],
  copyReport: ['Copy diagnostic report', '复制诊断报告'], reportCopied: ['The report was copied. It names none of your data.', '报告已复制，其中不含你的任何数据名称。'],
  pageBroken: ['This page stopped working', '此页面已停止工作'], pageBrokenText: ['Only the page has made a mistake. What trains goes on, and what was saved is kept.', '只是此页面出了错。训练仍在继续，已保存的内容不受影响。'], tryAgain: ['Try again', '重试'], reload: ['Reload', '重新加载'],

  activities: ['Under way', '进行中'], nothingUnderWay: ['Nothing is under way', '没有正在进行的任务'], left: ['{0} left', '剩余 {0}'], counting: ['Counting …', '统计中……'], activityDone: ['{0}: {1} %', '{0}：{1} %'],

  palette: ['Go to or do …', '前往或执行……'], paletteHint: ['Search places, data sets, runs and actions', '搜索页面、数据集、训练和操作'], nothingFound: ['Nothing matches “{0}”', '没有与“{0}”匹配的内容'],
  kindPlace: ['Place', '页面'], kindDataset: ['Data set', '数据集'], kindRun: ['Run', '训练'], kindAction: ['Action', '操作'],
  useLight: ['Use the light theme', '使用浅色外观'], useDark: ['Use the dark theme', '使用深色外观'], useEnglish: ['Switch to English', '切换为英文（English）'], useChinese: ['切换为简体中文 (Chinese)', '切换为简体中文'],

  shortcuts: ['Keyboard shortcuts', '键盘快捷键'], anywhere: ['Anywhere', '任何页面'], inGrids: ['In grids of pictures', '图片网格中'], inGallery: ['In the gallery', '图库中'], inDataset: ['In a data set', '数据集中'], inRun: ['While a run is open', '查看训练时'], inLarge: ['In the large view', '大图中'],
  keyGo: ['Open {0}', '打开{0}'], keyPalette: ['Command palette', '命令面板'], keyHelp: ['This list', '显示此列表'], keyPaste: ['Import the picture or files of the clipboard', '导入剪贴板中的图片或文件'], keyUndo: ['Undo', '撤销'], keyRedo: ['Redo a change of a data set', '重做数据集更改'],
  keyMove: ['Move', '移动'], keyExtend: ['Extend the selection', '扩展选择'], keyToggle: ['Add or take away one', '增减单个选择'], keyAll: ['Select all', '全选'], keyEscape: ['Clear the selection', '取消选择'],
  keyEnlarge: ['Large view', '查看大图'], keyFavourite: ['Favourite', '收藏'], keyDelete: ['Delete', '删除'], keyExport: ['Export', '导出'], keyGenerate: ['Generate', '生成'],
  keyMoveTo: ['Move to a class', '移至类别'], keyToNone: ['Take the class away', '移除类别'], keyNewClass: ['New class of those selected', '用所选图片新建类别'], keyExclude: ['Exclude, or include again', '排除或重新纳入'],
  keyPlay: ['Play the run’s history', '播放训练历程'], keyStep: ['One sheet back or on', '前后移动一张样本图'], keyPrevious: ['Previous or next picture', '上一张 / 下一张'], key1to1: ['Click', '单击'], keySpace: ['Space', '空格'],

  dropTitle: ['Import as a new data set', '导入为新数据集'], dropOne: ['1 item. Sub-folders become classes; your originals are never changed. An exported model becomes one to start from.', '1 个项目。子文件夹即为类别；原图不会被改动。若是导出的模型，则可作为训练的起点。'],
  dropMany: ['{0} items. Sub-folders become classes; your originals are never changed.', '{0} 个项目。子文件夹即为类别；原图不会被改动。'],
  uploading: ['Sending the pictures to the studio', '正在将图片发送到工作室'],

  underSecond: ['under 1 s', '不到 1 秒'], seconds: ['{0} s', '{0} 秒'], minutes: ['{0} min', '{0} 分钟'], minutesSeconds: ['{0} min {1} s', '{0} 分 {1} 秒'], hours: ['{0} h', '{0} 小时'], hoursMinutes: ['{0} h {1} min', '{0} 小时 {1} 分'],
  imported: ['{0} imported', '已导入 {0}'], importedElsewhere: ['{0} imported: “{1}”', '已导入 {0}：“{1}”'], generated: ['{0} generated', '已生成 {0}'], exported: ['Exported: {0}', '已导出：{0}'], exportedWithout: ['Exported: {0}, without {1} that could not be read', '已导出：{0}，其中 {1}无法读取，未能导出'], exportedMany: ['{0} {0:file|files} exported', '已导出 {0} 个文件'], look: ['Look', '查看'],
} as const satisfies Texts
